CREATE TABLE IF NOT EXISTS "giveaway_entries" (
	"giveaway_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"account_id" uuid NOT NULL,
	"ticket" uuid NOT NULL,
	"nonce" text,
	"at" timestamp with time zone NOT NULL,
	"void" boolean DEFAULT false NOT NULL,
	CONSTRAINT "giveaway_entries_giveaway_id_n_pk" PRIMARY KEY("giveaway_id","n")
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "giveaways" (
	"id" uuid PRIMARY KEY NOT NULL,
	"show_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"hold_id" uuid NOT NULL,
	"secret" "bytea" NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"numbers" integer DEFAULT 0 NOT NULL,
	"entries" integer DEFAULT 0 NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_as" text,
	"entries_hash" text,
	"winner" uuid,
	"number" integer,
	"settled_as" text,
	CONSTRAINT "giveaways_drawn" CHECK (("giveaways"."ended_as" is not distinct from 'drawn') = ("giveaways"."winner" is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "giveaway_entries_account" ON "giveaway_entries" USING btree ("giveaway_id","account_id");--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "giveaways_running" ON "giveaways" USING btree ("show_id") WHERE "giveaways"."ended_at" is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "giveaways_due" ON "giveaways" USING btree ("ends_at") WHERE "giveaways"."ended_at" is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "giveaways_owed" ON "giveaways" USING btree ("hold_id") WHERE "giveaways"."ended_as" = 'drawn' and "giveaways"."settled_as" is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "giveaways_show" ON "giveaways" USING btree ("show_id","opened_at");