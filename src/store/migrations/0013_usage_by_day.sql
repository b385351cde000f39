CREATE TABLE "usage_day" (
	"account_id" uuid NOT NULL,
	"day" timestamp (3) with time zone NOT NULL,
	"model" integer NOT NULL,
	"key_id" uuid NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"prompt_tokens" bigint DEFAULT 0 NOT NULL,
	"cached_tokens" bigint DEFAULT 0 NOT NULL,
	"completion_tokens" bigint DEFAULT 0 NOT NULL,
	"reasoning_tokens" bigint DEFAULT 0 NOT NULL,
	"price_microusd" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_day_account_id_day_model_key_id_pk" PRIMARY KEY("account_id","day","model","key_id")
);
--> statement-breakpoint
CREATE INDEX "usage_day_key" ON "usage_day" USING btree ("key_id","day");--> statement-breakpoint
CREATE INDEX "usage_day_day" ON "usage_day" USING brin ("day");--> statement-breakpoint
-- What was recorded so far; from now on the statement that stores a record adds it up (src/control/usage).
INSERT INTO "usage_day"
SELECT "account_id", date_trunc('day', "started_at", 'UTC'), "model", "key_id", count(*), sum("prompt_tokens"), sum("cached_tokens"),
	sum("completion_tokens"), sum("reasoning_tokens"), sum("price_microusd")
FROM "usage_record" WHERE "account_id" IS NOT NULL AND "voided_at" IS NULL GROUP BY 1, 2, 3, 4 ORDER BY 2, 1, 3, 4;
