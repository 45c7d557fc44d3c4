CREATE TABLE "idempotency_keys" (
	"principal" uuid NOT NULL,
	"operation" text NOT NULL,
	"key" text NOT NULL,
	"body_hash" text NOT NULL,
	"result" jsonb,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_principal_operation_key_pk" PRIMARY KEY("principal","operation","key")
);
--> statement-breakpoint
CREATE TABLE "show_events" (
	"show_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"type" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor" uuid,
	"body" jsonb,
	"staff" jsonb,
	"body_hash" "bytea" NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "show_events_show_id_seq_pk" PRIMARY KEY("show_id","seq")
);
--> statement-breakpoint
CREATE TABLE "show_heads" (
	"show_id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint DEFAULT 0 NOT NULL,
	"hash" "bytea" DEFAULT ''::bytea NOT NULL
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"display_name" text NOT NULL,
	"email" text,
	"password_hash" text,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "addresses" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"address" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "password_resets" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "merchants" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"settings" jsonb NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pictures" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"bytes" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "products" (
	"id" uuid PRIMARY KEY NOT NULL,
	"merchant_id" uuid NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"images" jsonb NOT NULL,
	"status" text NOT NULL,
	"handle" text,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "variants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"product_id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"sku" text NOT NULL,
	"title" text NOT NULL,
	"price" bigint NOT NULL,
	"currency" text NOT NULL,
	"position" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "chat_keys" (
	"account_id" uuid NOT NULL,
	"key" text NOT NULL,
	"show_id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"seq" bigint,
	"text_hash" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "chat_keys_account_id_key_pk" PRIMARY KEY("account_id","key")
);
--> statement-breakpoint
CREATE TABLE "reaction_totals" (
	"show_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"total" bigint NOT NULL,
	CONSTRAINT "reaction_totals_show_id_kind_pk" PRIMARY KEY("show_id","kind")
);
--> statement-breakpoint
CREATE TABLE "embed_origins" (
	"account_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"origin" text NOT NULL,
	"show_id" uuid
);
--> statement-breakpoint
CREATE TABLE "embed_rules" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"signed_only" boolean DEFAULT false NOT NULL,
	"secret_version" integer DEFAULT 0 NOT NULL,
	"secret_since" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"offer_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"show_id" uuid NOT NULL,
	"buyer" uuid NOT NULL,
	"quantity" integer NOT NULL,
	"price" bigint NOT NULL,
	"currency" text NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"order_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"key" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "offers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"show_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"price" bigint NOT NULL,
	"currency" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone,
	"cap" integer,
	"taken" integer DEFAULT 0 NOT NULL,
	"per_buyer" integer,
	"closed_at" timestamp with time zone,
	"closed_as" text,
	CONSTRAINT "offers_within_cap" CHECK ("offers"."taken" >= 0 and ("offers"."cap" is null or "offers"."taken" <= "offers"."cap"))
);
--> statement-breakpoint
CREATE TABLE "stock" (
	"variant_id" uuid PRIMARY KEY NOT NULL,
	"on_hand" integer NOT NULL,
	"held" integer DEFAULT 0 NOT NULL,
	"sold" integer DEFAULT 0 NOT NULL,
	"n" bigint DEFAULT 0 NOT NULL,
	"hash" "bytea" DEFAULT ''::bytea NOT NULL,
	CONSTRAINT "stock_never_negative" CHECK ("stock"."held" >= 0 and "stock"."sold" >= 0),
	CONSTRAINT "stock_never_oversold" CHECK ("stock"."held" + "stock"."sold" <= "stock"."on_hand")
);
--> statement-breakpoint
CREATE TABLE "stock_chain" (
	"variant_id" uuid NOT NULL,
	"n" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "stock_chain_variant_id_n_pk" PRIMARY KEY("variant_id","n")
);
--> statement-breakpoint
CREATE TABLE "stock_ledger" (
	"variant_id" uuid NOT NULL,
	"n" bigint NOT NULL,
	"kind" text NOT NULL,
	"quantity" integer NOT NULL,
	"hold_id" uuid,
	"reason" text,
	"by" uuid,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "stock_ledger_variant_id_n_pk" PRIMARY KEY("variant_id","n")
);
--> statement-breakpoint
CREATE TABLE "links" (
	"code" text PRIMARY KEY NOT NULL,
	"show_id" uuid NOT NULL,
	"product_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "links_target" UNIQUE NULLS NOT DISTINCT("show_id","product_id")
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" uuid PRIMARY KEY NOT NULL,
	"to" text NOT NULL,
	"kind" text NOT NULL,
	"facts" jsonb NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone,
	"sent_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "held_messages" (
	"message_id" uuid PRIMARY KEY NOT NULL,
	"show_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"text" text NOT NULL,
	"reason" text NOT NULL,
	"marks" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"decided_at" timestamp with time zone,
	"decision" text
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"show_id" uuid NOT NULL,
	"by_account" uuid NOT NULL,
	"about" jsonb NOT NULL,
	"excerpt" text NOT NULL,
	"reason" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sanctions" (
	"show_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"until" timestamp with time zone,
	"address" text,
	"reason" text NOT NULL,
	"by" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "sanctions_show_id_account_id_kind_pk" PRIMARY KEY("show_id","account_id","kind")
);
--> statement-breakpoint
CREATE TABLE "visits" (
	"show_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"address" text,
	"first_at" timestamp with time zone NOT NULL,
	CONSTRAINT "visits_show_id_account_id_pk" PRIMARY KEY("show_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "words" (
	"id" uuid PRIMARY KEY NOT NULL,
	"show_id" uuid NOT NULL,
	"text" text NOT NULL,
	"action" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_items" (
	"order_id" uuid NOT NULL,
	"hold_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"title" text NOT NULL,
	"sku" text NOT NULL,
	"quantity" integer NOT NULL,
	"price" bigint NOT NULL,
	CONSTRAINT "order_items_order_id_hold_id_pk" PRIMARY KEY("order_id","hold_id")
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" bigserial NOT NULL,
	"buyer" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"show_id" uuid NOT NULL,
	"status" text NOT NULL,
	"currency" text NOT NULL,
	"subtotal" bigint NOT NULL,
	"shipping" bigint NOT NULL,
	"discount" bigint DEFAULT 0 NOT NULL,
	"total" bigint NOT NULL,
	"refunded" bigint DEFAULT 0 NOT NULL,
	"shipping_address" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"paid_at" timestamp with time zone,
	"shipped_at" timestamp with time zone,
	"carrier" text,
	"tracking_number" text,
	"key" text NOT NULL,
	"body_hash" text NOT NULL,
	CONSTRAINT "orders_add_up" CHECK ("orders"."total" = "orders"."subtotal" + "orders"."shipping" - "orders"."discount"),
	CONSTRAINT "orders_refund_within" CHECK ("orders"."refunded" between 0 and "orders"."total")
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"provider_ref" text,
	"pay_url" text,
	"status" text NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"captured" bigint DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "postings" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"transaction_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"account" text NOT NULL,
	"debit" bigint DEFAULT 0 NOT NULL,
	"credit" bigint DEFAULT 0 NOT NULL,
	"currency" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "postings_one_side" CHECK ("postings"."debit" >= 0 and "postings"."credit" >= 0 and ("postings"."debit" = 0) <> ("postings"."credit" = 0))
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"payment_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"reason" text NOT NULL,
	"status" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "sandbox_events" (
	"id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"body" jsonb NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone,
	"delivered" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sandbox_payments" (
	"id" text PRIMARY KEY NOT NULL,
	"reference" uuid NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"status" text NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"refunded" bigint DEFAULT 0 NOT NULL,
	"return_url" text NOT NULL,
	"settles_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sandbox_payments_reference_unique" UNIQUE("reference")
);
--> statement-breakpoint
CREATE TABLE "sandbox_refunds" (
	"id" text PRIMARY KEY NOT NULL,
	"reference" uuid NOT NULL,
	"payment_id" text NOT NULL,
	"amount" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sandbox_refunds_reference_unique" UNIQUE("reference")
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"provider" text NOT NULL,
	"event_id" text NOT NULL,
	"type" text NOT NULL,
	"payment_id" uuid,
	"received_at" timestamp with time zone NOT NULL,
	CONSTRAINT "webhook_events_provider_event_id_pk" PRIMARY KEY("provider","event_id")
);
--> statement-breakpoint
CREATE TABLE "recording_sections" (
	"show_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"init" "bytea" NOT NULL,
	CONSTRAINT "recording_sections_show_id_n_pk" PRIMARY KEY("show_id","n")
);
--> statement-breakpoint
CREATE TABLE "recording_segments" (
	"show_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"section" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"duration_ms" double precision NOT NULL,
	"bytes" bigint NOT NULL,
	"place" text NOT NULL,
	"settled" boolean DEFAULT false NOT NULL,
	CONSTRAINT "recording_segments_show_id_n_pk" PRIMARY KEY("show_id","n")
);
--> statement-breakpoint
CREATE TABLE "recordings" (
	"show_id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"record" boolean DEFAULT true NOT NULL,
	"hidden" boolean DEFAULT false NOT NULL,
	"problem" text,
	"cut_start_ms" integer,
	"cut_end_ms" integer,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "replays" (
	"show_id" uuid PRIMARY KEY NOT NULL,
	"open" boolean DEFAULT false NOT NULL,
	"sells" boolean DEFAULT true NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sales" (
	"id" uuid PRIMARY KEY NOT NULL,
	"show_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"offer_id" uuid NOT NULL,
	"price" bigint NOT NULL,
	"was_price" bigint NOT NULL,
	"currency" text NOT NULL,
	"quantity" integer NOT NULL,
	"per_buyer" integer,
	"announced_at" timestamp with time zone NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_as" text
);
--> statement-breakpoint
CREATE TABLE "lineup" (
	"show_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"pulled" boolean DEFAULT false NOT NULL,
	CONSTRAINT "lineup_show_id_product_id_pk" PRIMARY KEY("show_id","product_id")
);
--> statement-breakpoint
CREATE TABLE "moderators" (
	"show_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	CONSTRAINT "moderators_show_id_account_id_pk" PRIMARY KEY("show_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "show_media" (
	"show_id" uuid PRIMARY KEY NOT NULL,
	"node" text NOT NULL,
	"address" text DEFAULT '' NOT NULL,
	"sender" text,
	"epoch" integer DEFAULT 0 NOT NULL,
	"producers" jsonb NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "shows" (
	"id" uuid PRIMARY KEY NOT NULL,
	"host_id" uuid NOT NULL,
	"title" text NOT NULL,
	"status" text NOT NULL,
	"starts_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"interrupted_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"slow_seconds" integer DEFAULT 0 NOT NULL,
	"pinned_product" uuid,
	"pinned_message" uuid,
	"sells" boolean DEFAULT false NOT NULL,
	"viewers_peak" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stream_keys" (
	"show_id" uuid PRIMARY KEY NOT NULL,
	"key_hash" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "stream_keys_key_hash_unique" UNIQUE("key_hash")
);
--> statement-breakpoint
ALTER TABLE "variants" ADD CONSTRAINT "variants_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "show_events_chat" ON "show_events" USING btree ("show_id","seq") WHERE "show_events"."type" = 'chat.sent' and "show_events"."body" is not null;--> statement-breakpoint
CREATE INDEX "show_events_actor" ON "show_events" USING btree ("show_id","actor");--> statement-breakpoint
CREATE INDEX "show_events_acts" ON "show_events" USING btree ("show_id","seq") WHERE "show_events"."type" <> 'chat.sent';--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_email" ON "accounts" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "addresses_account" ON "addresses" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "sessions_account" ON "sessions" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "products_merchant" ON "products" USING btree ("merchant_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "products_handle" ON "products" USING btree ("merchant_id","handle") WHERE "products"."handle" is not null;--> statement-breakpoint
CREATE INDEX "variants_product" ON "variants" USING btree ("product_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "variants_sku" ON "variants" USING btree ("merchant_id","sku");--> statement-breakpoint
CREATE UNIQUE INDEX "chat_keys_message" ON "chat_keys" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "chat_keys_last" ON "chat_keys" USING btree ("show_id","account_id","at");--> statement-breakpoint
CREATE INDEX "chat_keys_seq" ON "chat_keys" USING btree ("show_id","seq") WHERE "chat_keys"."seq" is not null;--> statement-breakpoint
CREATE INDEX "embed_origins_account" ON "embed_origins" USING btree ("account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "holds_key" ON "holds" USING btree ("buyer","key");--> statement-breakpoint
CREATE INDEX "holds_due" ON "holds" USING btree ("variant_id","expires_at") WHERE "holds"."state" = 'active';--> statement-breakpoint
CREATE INDEX "holds_expiry" ON "holds" USING btree ("expires_at") WHERE "holds"."state" = 'active';--> statement-breakpoint
CREATE INDEX "holds_order" ON "holds" USING btree ("order_id") WHERE "holds"."order_id" is not null;--> statement-breakpoint
CREATE INDEX "holds_ordered" ON "holds" USING btree ("offer_id") WHERE "holds"."state" = 'ordered';--> statement-breakpoint
CREATE INDEX "offers_open" ON "offers" USING btree ("variant_id","show_id") WHERE "offers"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "offers_show" ON "offers" USING btree ("show_id");--> statement-breakpoint
CREATE INDEX "mails_due" ON "mails" USING btree ("due_at") WHERE "mails"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "held_messages_waiting" ON "held_messages" USING btree ("show_id","message_id") WHERE "held_messages"."decided_at" is null;--> statement-breakpoint
CREATE INDEX "held_messages_author" ON "held_messages" USING btree ("show_id","account_id") WHERE "held_messages"."decided_at" is null;--> statement-breakpoint
CREATE INDEX "reports_show" ON "reports" USING btree ("show_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "reports_once" ON "reports" USING btree ("show_id","by_account","about");--> statement-breakpoint
CREATE INDEX "sanctions_address" ON "sanctions" USING btree ("show_id","address");--> statement-breakpoint
CREATE UNIQUE INDEX "words_once" ON "words" USING btree ("show_id",lower("text"));--> statement-breakpoint
CREATE INDEX "order_items_hold" ON "order_items" USING btree ("hold_id");--> statement-breakpoint
CREATE UNIQUE INDEX "orders_key" ON "orders" USING btree ("buyer","key");--> statement-breakpoint
CREATE INDEX "orders_buyer" ON "orders" USING btree ("buyer","id");--> statement-breakpoint
CREATE INDEX "orders_merchant" ON "orders" USING btree ("merchant_id","id");--> statement-breakpoint
CREATE INDEX "orders_show" ON "orders" USING btree ("show_id");--> statement-breakpoint
CREATE INDEX "orders_due" ON "orders" USING btree ("expires_at") WHERE "orders"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "payments_order" ON "payments" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "payments_due" ON "payments" USING btree ("due_at") WHERE "payments"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "postings_order" ON "postings" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "postings_transaction" ON "postings" USING btree ("transaction_id");--> statement-breakpoint
CREATE INDEX "refunds_order" ON "refunds" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "refunds_due" ON "refunds" USING btree ("due_at") WHERE "refunds"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "sandbox_events_due" ON "sandbox_events" USING btree ("due_at") WHERE "sandbox_events"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "recordings_state" ON "recordings" USING btree ("state");--> statement-breakpoint
CREATE INDEX "sales_show" ON "sales" USING btree ("show_id");--> statement-breakpoint
CREATE UNIQUE INDEX "sales_running" ON "sales" USING btree ("show_id","variant_id") WHERE "sales"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "lineup_product" ON "lineup" USING btree ("product_id");--> statement-breakpoint
CREATE INDEX "moderators_account" ON "moderators" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "shows_status" ON "shows" USING btree ("status","starts_at");--> statement-breakpoint
CREATE INDEX "shows_host" ON "shows" USING btree ("host_id");--> statement-breakpoint
-- Room on each page for the next versions of hot rows, so that an update touches no index.
ALTER TABLE "stock" SET (fillfactor = 30);--> statement-breakpoint
ALTER TABLE "offers" SET (fillfactor = 30);--> statement-breakpoint
ALTER TABLE "show_heads" SET (fillfactor = 30);
