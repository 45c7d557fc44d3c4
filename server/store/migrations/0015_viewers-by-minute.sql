CREATE TABLE IF NOT EXISTS "show_minutes" (
	"show_id" uuid NOT NULL,
	"minute" timestamp with time zone NOT NULL,
	"most" integer NOT NULL,
	"counted_ms" integer NOT NULL,
	"watched_ms" bigint NOT NULL,
	"came" integer NOT NULL,
	CONSTRAINT "show_minutes_show_id_minute_pk" PRIMARY KEY("show_id","minute")
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "show_viewers" (
	"show_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	CONSTRAINT "show_viewers_show_id_account_id_pk" PRIMARY KEY("show_id","account_id")
);
