CREATE TABLE IF NOT EXISTS "affiliate_invitations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"merchant_id" uuid NOT NULL,
	"token" text NOT NULL,
	"email" text,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "affiliate_invitations_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "affiliate_payouts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"affiliate_id" uuid NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"paid_on" date NOT NULL,
	"note" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"earned" bigint NOT NULL,
	"before" bigint NOT NULL,
	CONSTRAINT "affiliate_payouts_within" CHECK ("affiliate_payouts"."amount" > 0 and "affiliate_payouts"."before" >= 0 and "affiliate_payouts"."before" + "affiliate_payouts"."amount" <= "affiliate_payouts"."earned")
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "affiliate_rates" (
	"merchant_id" uuid NOT NULL,
	"scope" uuid NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"rate_bps" integer,
	CONSTRAINT "affiliate_rates_merchant_id_scope_since_pk" PRIMARY KEY("merchant_id","scope","since"),
	CONSTRAINT "affiliate_rates_within" CHECK ("affiliate_rates"."rate_bps" between 0 and 5000)
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "affiliate_terms" (
	"merchant_id" uuid PRIMARY KEY NOT NULL,
	"entry" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "affiliates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"merchant_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"code" text NOT NULL,
	"invited_as" text,
	"joined_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_by_shop" boolean DEFAULT false NOT NULL,
	CONSTRAINT "affiliates_code_unique" UNIQUE("code"),
	CONSTRAINT "affiliates_two" CHECK ("affiliates"."merchant_id" <> "affiliates"."account_id")
);
--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN IF NOT EXISTS "via" uuid;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "affiliate_invitations_merchant" ON "affiliate_invitations" USING btree ("merchant_id","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "affiliate_payouts_affiliate" ON "affiliate_payouts" USING btree ("affiliate_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "affiliates_pair" ON "affiliates" USING btree ("merchant_id","account_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "affiliates_account" ON "affiliates" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "orders_via" ON "orders" USING btree ("via","id") WHERE "orders"."via" is not null;