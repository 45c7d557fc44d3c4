DROP INDEX "shows_status";--> statement-breakpoint
CREATE INDEX "shows_due" ON "shows" USING btree ("status",coalesce("starts_at", 'infinity'),"id" desc);