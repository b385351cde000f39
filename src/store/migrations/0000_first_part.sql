CREATE TABLE "account" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"way" text NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"balance_microusd" bigint DEFAULT 0 NOT NULL,
	"requests_per_minute" integer,
	"tokens_per_minute" integer,
	"concurrency" integer DEFAULT 200,
	"budget_day_microusd" bigint,
	"budget_month_microusd" bigint,
	"zero_retention" boolean DEFAULT false NOT NULL,
	"allow_training" boolean DEFAULT false NOT NULL,
	"region" text,
	"allow_shared_cache" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "account_limits_not_negative" CHECK (least("account"."requests_per_minute", "account"."tokens_per_minute", "account"."concurrency", "account"."budget_day_microusd", "account"."budget_month_microusd") >= 0)
);
--> statement-breakpoint
CREATE TABLE "membership" (
	"person_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"role" text NOT NULL,
	CONSTRAINT "membership_person_id_account_id_pk" PRIMARY KEY("person_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "person" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"staff_role" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "person_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "ledger_entry" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"amount_microusd" bigint NOT NULL,
	"reason" text,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ledger_entry_kind" CHECK ("ledger_entry"."kind" in ('credit', 'usage', 'void')),
	CONSTRAINT "ledger_entry_sign" CHECK (case "ledger_entry"."kind" when 'usage' then "ledger_entry"."amount_microusd" < 0 when 'void' then "ledger_entry"."amount_microusd" > 0 else "ledger_entry"."amount_microusd" <> 0 end),
	CONSTRAINT "ledger_entry_reason" CHECK (("ledger_entry"."kind" = 'credit') = ("ledger_entry"."reason" is not null))
);
--> statement-breakpoint
CREATE TABLE "api_key" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	"name" text NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"requests_per_minute" integer,
	"tokens_per_minute" integer,
	"concurrency" integer,
	"budget_day_microusd" bigint,
	"budget_month_microusd" bigint,
	"expires_at" timestamp (3) with time zone,
	"models" integer[],
	"networks" text[],
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"last_used_on" date,
	CONSTRAINT "api_key_hash_unique" UNIQUE("hash"),
	CONSTRAINT "api_key_limits_not_negative" CHECK (least("api_key"."requests_per_minute", "api_key"."tokens_per_minute", "api_key"."concurrency", "api_key"."budget_day_microusd", "api_key"."budget_month_microusd") >= 0),
	CONSTRAINT "api_key_revoked_at" CHECK (("api_key"."state" = 'revoked') = ("api_key"."revoked_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "gateway_session" (
	"id" uuid PRIMARY KEY NOT NULL,
	"pid" integer NOT NULL,
	"connected_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "model" (
	"number" serial PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"first_seen" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "model_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "usage_record" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid,
	"key_id" uuid,
	"model" integer DEFAULT 0 NOT NULL,
	"engine" integer DEFAULT 0 NOT NULL,
	"endpoint" text,
	"started_at" timestamp (3) with time zone,
	"duration_ms" bigint DEFAULT 0 NOT NULL,
	"first_byte_ms" bigint DEFAULT 0 NOT NULL,
	"prompt_tokens" bigint DEFAULT 0 NOT NULL,
	"cached_tokens" bigint DEFAULT 0 NOT NULL,
	"completion_tokens" bigint DEFAULT 0 NOT NULL,
	"reasoning_tokens" bigint DEFAULT 0 NOT NULL,
	"images" bigint DEFAULT 0 NOT NULL,
	"audio_seconds" bigint DEFAULT 0 NOT NULL,
	"price_microusd" bigint DEFAULT 0 NOT NULL,
	"ending" text,
	"estimated" boolean DEFAULT false NOT NULL,
	"stream" boolean DEFAULT false NOT NULL,
	"ledger_entry_id" bigint,
	"voided_at" timestamp (3) with time zone,
	CONSTRAINT "usage_record_whole_or_tombstone" CHECK (("usage_record"."account_id" is not null and "usage_record"."key_id" is not null and "usage_record"."started_at" is not null) or "usage_record"."voided_at" is not null)
);
--> statement-breakpoint
ALTER TABLE "membership" ADD CONSTRAINT "membership_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "membership" ADD CONSTRAINT "membership_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "membership_account" ON "membership" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "ledger_entry_account" ON "ledger_entry" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "api_key_account" ON "api_key" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "gateway_session_open" ON "gateway_session" USING btree ("id") WHERE "gateway_session"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "usage_record_account" ON "usage_record" USING btree ("account_id","started_at");--> statement-breakpoint
CREATE INDEX "usage_record_key" ON "usage_record" USING btree ("key_id","started_at");