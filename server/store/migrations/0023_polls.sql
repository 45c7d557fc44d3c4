CREATE TABLE IF NOT EXISTS "poll_votes" (
	"poll_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"answer" smallint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "poll_votes_poll_id_account_id_pk" PRIMARY KEY("poll_id","account_id")
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "polls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"show_id" uuid NOT NULL,
	"question" text NOT NULL,
	"answers" text[] NOT NULL,
	"counts" integer[] NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	CONSTRAINT "polls_counts" CHECK (cardinality("polls"."counts") = cardinality("polls"."answers"))
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "polls_show" ON "polls" USING btree ("show_id","opened_at");--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "polls_open" ON "polls" USING btree ("show_id") WHERE "polls"."closed_at" is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "polls_due" ON "polls" USING btree ("ends_at") WHERE "polls"."closed_at" is null;