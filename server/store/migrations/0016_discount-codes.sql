CREATE TABLE IF NOT EXISTS "code_uses" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"code_id" uuid NOT NULL,
	"buyer" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"freed_at" timestamp with time zone,
	"taken_again_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "discount_codes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"merchant_id" uuid NOT NULL,
	"code" text NOT NULL,
	"percent" integer,
	"amount" bigint,
	"currency" text,
	"minimum" bigint,
	"product_ids" uuid[],
	"show_id" uuid,
	"starts_at" timestamp with time zone,
	"ends_at" timestamp with time zone,
	"quota" integer,
	"per_buyer" integer NOT NULL,
	"uses" integer DEFAULT 0 NOT NULL,
	"ended_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "discount_codes_off" CHECK (("discount_codes"."percent" is null) <> ("discount_codes"."amount" is null)),
	CONSTRAINT "discount_codes_uses" CHECK ("discount_codes"."uses" >= 0)
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "shown_codes" (
	"show_id" uuid PRIMARY KEY NOT NULL,
	"code_id" uuid NOT NULL
);
--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN IF NOT EXISTS "code" text;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "code_uses_code" ON "code_uses" USING btree ("code_id","buyer");--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "discount_codes_code" ON "discount_codes" USING btree ("merchant_id","code");