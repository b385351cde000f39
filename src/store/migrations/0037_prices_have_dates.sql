CREATE TABLE "price_change" (
	"id" uuid PRIMARY KEY NOT NULL,
	"model" integer NOT NULL,
	"prompt_microusd" bigint NOT NULL,
	"cached_microusd" bigint NOT NULL,
	"completion_microusd" bigint NOT NULL,
	"reasoning_microusd" bigint NOT NULL,
	"announced_at" timestamp (3) with time zone NOT NULL,
	"effective_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "announcement" ADD COLUMN "models" integer[];--> statement-breakpoint
CREATE UNIQUE INDEX "price_change_waits" ON "price_change" USING btree ("model") WHERE settled_at is null;--> statement-breakpoint
CREATE INDEX "price_change_settled" ON "price_change" USING btree ("settled_at");