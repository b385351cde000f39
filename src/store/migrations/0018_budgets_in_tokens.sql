ALTER TABLE "account" DROP CONSTRAINT "account_limits_not_negative";--> statement-breakpoint
ALTER TABLE "api_key" DROP CONSTRAINT "api_key_limits_not_negative";--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "budget_day_tokens" bigint;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "budget_month_tokens" bigint;--> statement-breakpoint
ALTER TABLE "api_key" ADD COLUMN "budget_day_tokens" bigint;--> statement-breakpoint
ALTER TABLE "api_key" ADD COLUMN "budget_month_tokens" bigint;--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_limits_not_negative" CHECK (least("account"."requests_per_minute", "account"."tokens_per_minute", "account"."concurrency", "account"."budget_day_microusd", "account"."budget_month_microusd", "account"."budget_day_tokens", "account"."budget_month_tokens") >= 0);--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_limits_not_negative" CHECK (least("api_key"."requests_per_minute", "api_key"."tokens_per_minute", "api_key"."concurrency", "api_key"."budget_day_microusd", "api_key"."budget_month_microusd", "api_key"."budget_day_tokens", "api_key"."budget_month_tokens") >= 0);