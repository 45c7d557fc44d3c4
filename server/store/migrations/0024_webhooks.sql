CREATE TABLE IF NOT EXISTS "hook_deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"type" text NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"tried_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"status" integer,
	"answer" text
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "hook_endpoints" (
	"id" uuid PRIMARY KEY NOT NULL,
	"merchant_id" uuid NOT NULL,
	"url" text NOT NULL,
	"types" text[] NOT NULL,
	"secret_version" integer DEFAULT 1 NOT NULL,
	"renewed_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"off" text,
	"stock_due_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "hook_stock" (
	"endpoint_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"on_hand" integer,
	"available" integer NOT NULL,
	"delivery_id" uuid,
	CONSTRAINT "hook_stock_endpoint_id_variant_id_pk" PRIMARY KEY("endpoint_id","variant_id")
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "hook_deliveries_due" ON "hook_deliveries" USING btree ("due_at") WHERE "hook_deliveries"."due_at" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "hook_deliveries_turn" ON "hook_deliveries" USING btree ("endpoint_id","due_at") WHERE "hook_deliveries"."due_at" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "hook_deliveries_endpoint" ON "hook_deliveries" USING btree ("endpoint_id","created_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "hook_deliveries_old" ON "hook_deliveries" USING btree ("created_at") WHERE "hook_deliveries"."due_at" is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "hook_endpoints_merchant" ON "hook_endpoints" USING btree ("merchant_id","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "hook_endpoints_stock" ON "hook_endpoints" USING btree ("stock_due_at") WHERE "hook_endpoints"."stock_due_at" is not null;