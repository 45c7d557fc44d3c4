CREATE INDEX "idempotency_keys_old" ON "idempotency_keys" USING btree ("at") WHERE "idempotency_keys"."operation" not in ('refund', 'cancel', 'ship');--> statement-breakpoint
CREATE INDEX "accounts_guests" ON "accounts" USING btree ("created_at") WHERE "accounts"."kind" = 'guest';--> statement-breakpoint
CREATE INDEX "visits_old" ON "visits" USING btree ("first_at");