CREATE TABLE "balance_warning" (
	"account_id" uuid NOT NULL,
	"level_microusd" bigint NOT NULL,
	"is_below" boolean NOT NULL,
	CONSTRAINT "balance_warning_account_id_level_microusd_pk" PRIMARY KEY("account_id","level_microusd"),
	CONSTRAINT "balance_warning_level" CHECK ("balance_warning"."level_microusd" > 0)
);
--> statement-breakpoint
CREATE TABLE "plan_subscription" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"plan" text NOT NULL,
	"every" text NOT NULL,
	"price_microusd" bigint NOT NULL,
	"credit_microusd" bigint NOT NULL,
	"state" text NOT NULL,
	"stripe_session" text,
	"stripe_subscription" text,
	"period_ends_at" timestamp (3) with time zone,
	"ends_then" boolean DEFAULT false NOT NULL,
	"is_paused" boolean DEFAULT false NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "plan_subscription_terms" CHECK ("plan_subscription"."price_microusd" > 0 and "plan_subscription"."credit_microusd" > 0)
);
--> statement-breakpoint
CREATE TABLE "recharge" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"threshold_microusd" bigint NOT NULL,
	"amount_microusd" bigint NOT NULL,
	"month_max_microusd" bigint NOT NULL,
	"state" text NOT NULL,
	"why" text,
	"is_told" boolean DEFAULT true NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "recharge_why" CHECK (("recharge"."state" = 'stopped') = ("recharge"."why" is not null)),
	CONSTRAINT "recharge_bounds" CHECK ("recharge"."threshold_microusd" > 0 and "recharge"."amount_microusd" > 0 and "recharge"."month_max_microusd" >= "recharge"."amount_microusd")
);
--> statement-breakpoint
CREATE TABLE "unpaid_invoice" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"gross_microusd" bigint NOT NULL,
	"step" text NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"next_at" timestamp (3) with time zone,
	"settled_at" timestamp (3) with time zone,
	"settled_by" text,
	CONSTRAINT "unpaid_invoice_settled" CHECK (("unpaid_invoice"."settled_at" is null) = ("unpaid_invoice"."settled_by" is null))
);
--> statement-breakpoint
ALTER TABLE "ledger_entry" DROP CONSTRAINT "ledger_entry_kind";--> statement-breakpoint
ALTER TABLE "ledger_entry" DROP CONSTRAINT "ledger_entry_sign";--> statement-breakpoint
ALTER TABLE "payment" DROP CONSTRAINT "payment_adds_up";--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "unpaid_rpm" integer;--> statement-breakpoint
ALTER TABLE "payment" ADD COLUMN "way" text DEFAULT 'page' NOT NULL;--> statement-breakpoint
ALTER TABLE "payment" ADD COLUMN "keeps_card" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "payment" ADD COLUMN "asked_gross_microusd" bigint;--> statement-breakpoint
ALTER TABLE "payment" ADD COLUMN "stripe_method" text;--> statement-breakpoint
ALTER TABLE "payment" ADD COLUMN "stripe_invoice" text;--> statement-breakpoint
ALTER TABLE "payment" ADD COLUMN "net_microusd" bigint;--> statement-breakpoint
ALTER TABLE "balance_warning" ADD CONSTRAINT "balance_warning_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_subscription" ADD CONSTRAINT "plan_subscription_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recharge" ADD CONSTRAINT "recharge_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "unpaid_invoice" ADD CONSTRAINT "unpaid_invoice_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "plan_subscription_account" ON "plan_subscription" USING btree ("account_id","asked_at");--> statement-breakpoint
CREATE UNIQUE INDEX "plan_subscription_stripe" ON "plan_subscription" USING btree ("stripe_subscription");--> statement-breakpoint
CREATE INDEX "recharge_on" ON "recharge" USING btree ("account_id") WHERE state = 'on';--> statement-breakpoint
CREATE INDEX "unpaid_invoice_account" ON "unpaid_invoice" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "unpaid_invoice_next" ON "unpaid_invoice" USING btree ("next_at") WHERE settled_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "payment_invoice" ON "payment" USING btree ("stripe_invoice");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_recharge_once" ON "payment" USING btree ("account_id") WHERE way = 'recharge' and state = 'open';--> statement-breakpoint
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_kind" CHECK ("ledger_entry"."kind" in ('credit', 'payment', 'plan', 'usage', 'void', 'refund', 'dispute', 'forfeit'));--> statement-breakpoint
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_sign" CHECK (case when "ledger_entry"."kind" in ('usage', 'forfeit') then "ledger_entry"."amount_microusd" < 0 when "ledger_entry"."kind" in ('void', 'payment', 'plan') then "ledger_entry"."amount_microusd" > 0 else "ledger_entry"."amount_microusd" <> 0 end);--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_adds_up" CHECK (case "payment"."state" when 'paid' then "payment"."gross_microusd" = coalesce("payment"."net_microusd", "payment"."amount_microusd") + "payment"."tax_microusd" and "payment"."tax_microusd" >= 0 else "payment"."gross_microusd" is null and "payment"."tax_microusd" is null end);