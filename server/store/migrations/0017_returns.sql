CREATE TABLE IF NOT EXISTS "order_returns" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"buyer" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"state" text NOT NULL,
	"reason" text NOT NULL,
	"note" text NOT NULL,
	"paid" bigint NOT NULL,
	"refunded" bigint DEFAULT 0 NOT NULL,
	"send_to" text,
	"carrier" text,
	"tracking_number" text,
	"created_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone,
	"received_at" timestamp with time zone,
	"disputed_at" timestamp with time zone,
	"answered_at" timestamp with time zone,
	CONSTRAINT "order_returns_within" CHECK ("order_returns"."refunded" between 0 and "order_returns"."paid")
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "return_items" (
	"return_id" uuid NOT NULL,
	"hold_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	"restocked" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "return_items_return_id_hold_id_pk" PRIMARY KEY("return_id","hold_id"),
	CONSTRAINT "return_items_within" CHECK ("return_items"."restocked" between 0 and "return_items"."quantity")
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "return_steps" (
	"return_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"step" text NOT NULL,
	"by" text NOT NULL,
	"account_id" uuid,
	"at" timestamp with time zone NOT NULL,
	"words" text,
	"refund_id" uuid,
	CONSTRAINT "return_steps_return_id_n_pk" PRIMARY KEY("return_id","n")
);
--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN IF NOT EXISTS "arrived_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN IF NOT EXISTS "return_days" integer;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "order_returns_order" ON "order_returns" USING btree ("order_id");--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "order_returns_open" ON "order_returns" USING btree ("order_id") WHERE "order_returns"."state" in ('asked', 'accepted', 'sent', 'disputed');--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "order_returns_merchant" ON "order_returns" USING btree ("merchant_id","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "order_returns_waiting" ON "order_returns" USING btree ("merchant_id","due_at") WHERE "order_returns"."state" in ('asked', 'sent', 'disputed');--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "order_returns_due" ON "order_returns" USING btree ("due_at") WHERE "order_returns"."state" in ('asked', 'accepted');--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "order_returns_house" ON "order_returns" USING btree ("state","id") WHERE "order_returns"."disputed_at" is not null;