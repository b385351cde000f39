CREATE TABLE "explanation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"clause" text NOT NULL,
	"words" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "explanation_holds" CHECK ("explanation"."until" > "explanation"."at")
);
--> statement-breakpoint
CREATE INDEX "explanation_clause" ON "explanation" USING btree ("clause","at");--> statement-breakpoint
CREATE INDEX "explanation_until" ON "explanation" USING btree ("until");