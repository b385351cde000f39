ALTER TABLE "model" ADD COLUMN "prompt_price_microusd" bigint;--> statement-breakpoint
ALTER TABLE "model" ADD COLUMN "cached_price_microusd" bigint;--> statement-breakpoint
ALTER TABLE "model" ADD COLUMN "completion_price_microusd" bigint;--> statement-breakpoint
ALTER TABLE "model" ADD COLUMN "reasoning_price_microusd" bigint;--> statement-breakpoint
CREATE INDEX "record_entry_system" ON "record_entry" USING btree ("kind","at") WHERE "record_entry"."open" is not null;