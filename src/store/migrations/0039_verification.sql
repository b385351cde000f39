CREATE TABLE "probe" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"stays" boolean NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "attestation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"statement" text NOT NULL,
	"role" text NOT NULL,
	"document_sha256" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "attestation_hash" CHECK ("attestation"."document_sha256" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "attestation_holds" CHECK ("attestation"."until" > "attestation"."at")
);
--> statement-breakpoint
CREATE TABLE "observation" (
	"check_id" text NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"verdict" text NOT NULL,
	"observed" text NOT NULL,
	"looks" integer NOT NULL,
	CONSTRAINT "observation_check_id_since_pk" PRIMARY KEY("check_id","since"),
	CONSTRAINT "observation_lasts" CHECK ("observation"."until" >= "observation"."since")
);
--> statement-breakpoint
ALTER TABLE "probe" ADD CONSTRAINT "probe_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "probe_passing" ON "probe" USING btree ("at") WHERE not "probe"."stays";--> statement-breakpoint
CREATE INDEX "attestation_statement" ON "attestation" USING btree ("statement","at");--> statement-breakpoint
CREATE INDEX "attestation_until" ON "attestation" USING btree ("until");--> statement-breakpoint
CREATE INDEX "observation_until" ON "observation" USING btree ("until");