CREATE TABLE IF NOT EXISTS "line_places" (
	"offer_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"show_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"joined_at" timestamp with time zone NOT NULL,
	"key" text NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_as" text,
	"hold_id" uuid,
	CONSTRAINT "line_places_offer_id_n_pk" PRIMARY KEY("offer_id","n")
);
--> statement-breakpoint
ALTER TABLE "offers" ADD COLUMN IF NOT EXISTS "waiting" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "line_places_key" ON "line_places" USING btree ("account_id","key");--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "line_places_own" ON "line_places" USING btree ("account_id","offer_id") WHERE "line_places"."ended_at" is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "line_places_waiting" ON "line_places" USING btree ("offer_id","n") WHERE "line_places"."ended_at" is null;