ALTER TABLE "return_items" ADD COLUMN IF NOT EXISTS "paid" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
-- What was asked back before had its parts rounded down one by one.
UPDATE "return_items" x SET "paid" = i."price" * x."quantity" - (i."discount" * x."quantity" + i."quantity" - 1) / i."quantity"
  FROM "order_returns" r, "order_items" i
  WHERE r."id" = x."return_id" AND i."order_id" = r."order_id" AND i."hold_id" = x."hold_id" AND x."paid" = 0;
