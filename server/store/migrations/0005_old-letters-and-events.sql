CREATE INDEX "webhook_events_old" ON "webhook_events" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "mails_old" ON "mails" USING btree ("created_at") WHERE "mails"."due_at" is null;--> statement-breakpoint
CREATE INDEX "sandbox_events_old" ON "sandbox_events" USING btree ("created_at") WHERE "sandbox_events"."due_at" is null;