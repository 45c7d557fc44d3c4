CREATE TABLE IF NOT EXISTS "show_reminders" (
	"show_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "show_reminders_show_id_account_id_pk" PRIMARY KEY("show_id","account_id")
);
--> statement-breakpoint
ALTER TABLE "shows" ADD COLUMN IF NOT EXISTS "tell_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "show_reminders_account" ON "show_reminders" USING btree ("account_id","show_id");--> statement-breakpoint
CREATE INDEX "shows_to_tell" ON "shows" USING btree ("tell_at") WHERE "shows"."tell_at" is not null;