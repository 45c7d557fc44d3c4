CREATE INDEX "shows_of_host" ON "shows" USING btree ("host_id","id");--> statement-breakpoint
CREATE INDEX "shows_of_host_due" ON "shows" USING btree ("host_id","status",coalesce("starts_at", 'infinity'),"id" desc);--> statement-breakpoint
DROP INDEX "shows_host";