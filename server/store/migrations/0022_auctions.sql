CREATE TABLE IF NOT EXISTS "auction_bids" (
	"auction_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"bidder" uuid NOT NULL,
	"amount" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"key" text NOT NULL,
	"void" boolean DEFAULT false NOT NULL,
	CONSTRAINT "auction_bids_auction_id_n_pk" PRIMARY KEY("auction_id","n")
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "auctions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"show_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"hold_id" uuid NOT NULL,
	"opening" bigint NOT NULL,
	"step" bigint NOT NULL,
	"currency" text NOT NULL,
	"duration_ms" integer NOT NULL,
	"extend_ms" integer NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"price" bigint,
	"leader" uuid,
	"bids" integer DEFAULT 0 NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_as" text,
	"settled_as" text,
	CONSTRAINT "auctions_led" CHECK (("auctions"."price" is null) = ("auctions"."leader" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "auction_bids_key" ON "auction_bids" USING btree ("bidder","key");--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "auctions_running" ON "auctions" USING btree ("show_id") WHERE "auctions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "auctions_due" ON "auctions" USING btree ("ends_at") WHERE "auctions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "auctions_owed" ON "auctions" USING btree ("hold_id") WHERE "auctions"."ended_as" = 'sold' and "auctions"."settled_as" is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "auctions_show" ON "auctions" USING btree ("show_id");