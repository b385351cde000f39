CREATE TABLE "publication" (
	"id" uuid PRIMARY KEY NOT NULL,
	"document" text NOT NULL,
	"version" integer NOT NULL,
	"title" text NOT NULL,
	"text" text NOT NULL,
	"text_hash" "bytea" NOT NULL,
	"summary" text NOT NULL,
	"significant" boolean NOT NULL,
	"why" text NOT NULL,
	"facts" text NOT NULL,
	"announced_at" timestamp (3) with time zone NOT NULL,
	"holds_at" timestamp (3) with time zone NOT NULL,
	"held_at" timestamp (3) with time zone,
	"withdrawn_at" timestamp (3) with time zone,
	"announcement" uuid,
	"entry" uuid NOT NULL,
	CONSTRAINT "publication_one_end" CHECK ("publication"."held_at" is null or "publication"."withdrawn_at" is null),
	CONSTRAINT "publication_notice" CHECK ("publication"."holds_at" >= "publication"."announced_at")
);
--> statement-breakpoint
ALTER TABLE "announcement" ADD COLUMN "until_person" uuid;--> statement-breakpoint
CREATE UNIQUE INDEX "publication_version" ON "publication" USING btree ("document","version");--> statement-breakpoint
CREATE UNIQUE INDEX "publication_waits" ON "publication" USING btree ("document") WHERE held_at is null and withdrawn_at is null;