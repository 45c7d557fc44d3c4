CREATE TABLE IF NOT EXISTS "follow_news" (
	"show_id" uuid PRIMARY KEY NOT NULL,
	"host_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"told" uuid
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "followed_hosts" (
	"host_id" uuid PRIMARY KEY NOT NULL,
	"followers" integer NOT NULL,
	"told_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "follows" (
	"account_id" uuid NOT NULL,
	"host_id" uuid NOT NULL,
	"token" uuid DEFAULT gen_random_uuid() NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "follows_account_id_host_id_pk" PRIMARY KEY("account_id","host_id"),
	CONSTRAINT "follows_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "follows_host" ON "follows" USING btree ("host_id","account_id");