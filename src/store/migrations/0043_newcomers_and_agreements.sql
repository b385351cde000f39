CREATE TABLE "dpa_acceptance" (
	"account_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"document" text NOT NULL,
	"document_hash" "bytea" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"entry" uuid NOT NULL,
	CONSTRAINT "dpa_acceptance_account_id_version_pk" PRIMARY KEY("account_id","version")
);
--> statement-breakpoint
CREATE TABLE "recipient_notice" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"name" text,
	"region" text,
	"announced_at" timestamp (3) with time zone NOT NULL,
	"serves_at" timestamp (3) with time zone NOT NULL,
	"served_at" timestamp (3) with time zone,
	"announcement" uuid,
	"entry" uuid NOT NULL
);
--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "objections" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "dpa_acceptance" ADD CONSTRAINT "dpa_acceptance_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "recipient_notice_key" ON "recipient_notice" USING btree ("key");