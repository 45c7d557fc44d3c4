CREATE INDEX "sessions_old" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "pictures_account" ON "pictures" USING btree ("account_id");