CREATE INDEX "recordings_changed" ON "recordings" USING btree ("changed_at");--> statement-breakpoint
-- What was never told was looked for among all before: it counts as changed now.
UPDATE "recordings" r SET "changed_at" = now() WHERE ("state" = 'ready' AND NOT "hidden")
  <> coalesce((SELECT p."open" FROM "replays" p WHERE p."show_id" = r."show_id"), false);
