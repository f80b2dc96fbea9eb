/* check_reasons.c - phrases in texts; rules and rows that are refused; refusals as
 * servers write them, and relays, by our own rules.
 * SPDX-License-Identifier: MIT */
#include "pattern/reasons.h"

#include "pattern/classify.h"
#include "pattern/matcher.h"
#include "pattern/providers.h"
#include "suite.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- phrases ------------------------------------------------------------- */

static const struct {
	const char *phrase, *text;
	bool stands;
} phrases[] = {
	{ "user unknown", "<address>: User unknown in table", true },
	{ "user unknown", "USER-UNKNOWN", true },
	{ "user unknown", "user is unknown", false },
	{ "user unknown", "superuser unknown", false },
	{ "user unknown", "user unknowns", false },
	{ "user * unknown", "user <user> is unknown", true },
	{ "user * unknown", "user unknown", true },
	{ "user * unknown", "user a b c d e f unknown", true },
	{ "user * unknown", "user a b c d e f g unknown", false },
	{ "black list*", "on our black lists", true },
	{ "blacklist*", "blacklisted", true },
	{ "blacklist*", "blacklist", true },
	{ "blacklist*", "black list", false },
	{ "rate * limit*", "rate of mail limited", true },
	{ "doesn't exist", "It doesn't exist", true },
	{ "doesn't exist", "It doesnt exist", false },
	{ "<list>", "blocked using <list>", true },
	{ "<list>", "blocked using list", false },
	{ "list", "blocked using <list>", false },
	{ "<n> bytes", "over <n>bytes", true },
	{ "spf", "a", false },
	{ "spf", "", false },
	{ "ящик полон", "Ваш ящик полон.", true },
};

START_TEST(phrase)
{
	struct wording wording;
	struct buffer folded = { 0 };
	struct error err;
	uint64_t bits = 0;

	wording_init(&wording);
	ck_assert_int_eq(wording_add(&wording, slice_of(phrases[_i].phrase), 7, &err), 0);
	wording_fold(slice_of(phrases[_i].text), &folded);
	wording_find(&wording, buffer_string(&folded), &bits);
	ck_assert_msg(bits == (phrases[_i].stands ? 1u << 7 : 0), "%s: %s", phrases[_i].phrase, phrases[_i].text);
	buffer_release(&folded);
	wording_release(&wording);
}
END_TEST

static const char *const bad_phrases[] = { "", "...", "*", "* user", "u*", "a * b * c * d" };

START_TEST(bad_phrase)
{
	struct wording wording;
	struct error err;

	wording_init(&wording);
	ck_assert_int_eq(wording_add(&wording, slice_of(bad_phrases[_i]), 0, &err), -1);
	wording_release(&wording);
}
END_TEST

/* --- files --------------------------------------------------------------- */

static char directory[] = "/tmp/check_reasons.XXXXXX";
static bool directory_made;

static const char *write_file(const char *name, const char *text)
{
	static char path[96];
	FILE *file;

	if (!directory_made)
		ck_assert_ptr_nonnull(mkdtemp(directory));
	directory_made = true;
	snprintf(path, sizeof path, "%s/%s", directory, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
	return path;
}

static void remove_file(const char *path)
{
	unlink(path);
	rmdir(directory);
	memcpy(directory + sizeof directory - 7, "XXXXXX", 6);
	directory_made = false;
}

#define RULE(when) "{\"rules\":[{\"class\":\"other\",\"when\":{" when "},\"samples\":[\"x\"]}]}"

static const struct {
	const char *json, *says;
} bad_rules[] = {
	{ "{}", "needs \"rules\"" },
	{ "{\"rules\":[]}", "at least one" },
	{ "{\"rules\":[{\"class\":\"nix\"}]}", "rule 1: there is no class \"nix\"" },
	{ "{\"rules\":[{\"class\":\"none\"}]}", "there is no class \"none\"" },
	{ "{\"rules\":[{\"class\":\"other\"}]}", "needs \"when\"" },
	{ RULE(""), "a condition at least" },
	{ RULE("\"wrods\":\"x\""), "unknown key \"wrods\"" },
	{ RULE("\"code\":\"650\""), "\"650\" is no reply code" },
	{ RULE("\"enhanced\":\"5.7\""), "\"5.7\" is no enhanced code" },
	{ RULE("\"kind\":\"nix\""), "\"kind\": there is no \"nix\"" },
	{ RULE("\"words\":[]"), "empty list" },
	{ RULE("\"words\":\"* x\""), "must begin with a word" },
	{ RULE("\"regex\":\"a(\""), "does not compile" },
	{ "{\"rules\":[{\"class\":\"other\",\"when\":{\"code\":\"550\"}}]}", "needs \"samples\"" },
	{ "{\"rules\":[{\"class\":\"other\",\"when\":{\"code\":\"550\"},\"samples\":[{\"txt\":\"x\"}]}]}", "samples 1: unknown key" },
};

START_TEST(bad_rule)
{
	const char *path = write_file("reasons.json", bad_rules[_i].json);
	struct reasons reasons;
	struct error err;

	reasons_init(&reasons);
	ck_assert_int_eq(reasons_read(&reasons, path, &err), -1);
	ck_assert_msg(strstr(err.text, bad_rules[_i].says) != NULL, "%s", err.text);
	ck_assert_msg(strstr(err.text, path) != NULL, "%s", err.text);
	reasons_release(&reasons);
	remove_file(path);
}
END_TEST

#define PROVIDER(more) "{\"providers\":[{\"name\":\"P\"," more "}]}"

static const struct {
	const char *json, *says;
} bad_providers[] = {
	{ "{}", "needs \"providers\"" },
	{ "{\"providers\":[{}]}", "provider 1: \"name\"" },
	{ PROVIDER("\"relays\":[\"example.net\"]"), "needs \"relays\" and \"samples\"" },
	{ PROVIDER("\"relays\":[\"net\"],\"samples\":[\"a.net\"]"), "two labels" },
	{ PROVIDER("\"relays\":[\".example.net\"],\"samples\":[\"a.net\"]"), "two labels" },
	{ PROVIDER("\"relays\":[\"*.net\"],\"samples\":[\"a.net\"]"), "two labels" },
	{ PROVIDER("\"relays\":[\"Example.net\"],\"samples\":[\"a.net\"]"), "lower case" },
};

START_TEST(bad_provider)
{
	const char *path = write_file("providers.json", bad_providers[_i].json);
	struct providers providers;
	struct error err;

	providers_init(&providers);
	ck_assert_int_eq(providers_read(&providers, path, &err), -1);
	ck_assert_msg(strstr(err.text, bad_providers[_i].says) != NULL, "%s", err.text);
	providers_release(&providers);
	remove_file(path);
}
END_TEST

/* --- our own files, and a user's ------------------------------------------ */

static struct packs *load(const char *more)
{
	const char *dirs[] = { SOURCE_PATTERNS_DIR, more, NULL };
	struct error err;
	struct packs *packs = packs_load(dirs, true, &err);

	ck_assert_msg(packs != NULL, "%s", err.text);
	return packs;
}

static enum reason_class class_of(const struct packs *packs, const char *text, const char *provider)
{
	struct reason_sample sample = { .text = slice_of(text), .provider = slice_of(provider),
		                        .kind = -1, .direction = -1, .stage = -1, .outcome = -1 };
	struct regex_match *match = regex_match_new();
	struct buffer template = { 0 };
	struct refusal refusal = sample_refusal(&sample, &template);
	const struct reason_rule *rule = reasons_decide(packs->reasons, &refusal, match);
	enum reason_class class = rule ? rule->class : REASON_CLASS_OTHER;

	buffer_release(&template);
	regex_match_free(match);
	return class;
}

static const struct {
	enum reason_class class;
	const char *provider, *text;
} refusals[] = {
#define REFUSAL(class, provider, text) { REASON_CLASS_##class, provider, text },
#include "refusals.def"
};
enum { N_REFUSALS = sizeof refusals / sizeof *refusals };

START_TEST(refusals_in_their_classes)
{
	struct packs *packs = load(NULL);

	for (int i = 0; i < N_REFUSALS; i++) {
		enum reason_class class = class_of(packs, refusals[i].text, refusals[i].provider);

		ck_assert_msg(class == refusals[i].class, "%s, not %s: %s", reason_class_name(class),
		              reason_class_name(refusals[i].class), refusals[i].text);
	}
	packs_free(packs);
}
END_TEST

START_TEST(user_comes_first)
{
	const char *rules = "{\"rules\":[{\"class\":\"size\",\"when\":{\"words\":\"user unknown\",\"provider\":\"Ours\"},"
		            "\"samples\":[{\"text\":\"550 User unknown\",\"provider\":\"Ours\"}],\"not\":[\"550 User unknown\"]}]}";
	const char *rows = "{\"providers\":[{\"name\":\"Ours\",\"relays\":[\"mx.google.com\",\"in.*.example.net\"],"
		           "\"samples\":[\"a.mx.google.com\",\"in.eu.example.net\",\"a.in.eu.example.net\"],"
		           "\"not\":[\"xmx.google.com\",\"in.example.net\",\"in.a.b.example.net\"]}]}";
	char *path = strdup(write_file("reasons.json", rules)), *more = strdup(write_file("providers.json", rows));
	struct packs *packs = load(directory);

	ck_assert_int_eq(class_of(packs, "550 5.1.1 User unknown", "Ours"), REASON_CLASS_SIZE);
	ck_assert_int_eq(class_of(packs, "550 5.1.1 User unknown", ""), REASON_CLASS_UNKNOWN_USER);
	ck_assert(slice_eq(provider_of(packs->providers, SLICE("mx.google.com")), SLICE("Ours")));
	ck_assert(slice_eq(provider_of(packs->providers, SLICE("mx2.google.com")), SLICE("Google")));
	packs_free(packs);
	unlink(path);
	remove_file(more);
	free(path);
	free(more);
}
END_TEST

START_TEST(failing_sample_of_a_user)
{
	const char *path = write_file("reasons.json", "{\"rules\":[{\"class\":\"size\",\"when\":{\"words\":\"big\"},\"samples\":[\"550 User unknown\"]}]}");
	const char *dirs[] = { SOURCE_PATTERNS_DIR, directory, NULL };
	struct error err;

	ck_assert_ptr_null(packs_load(dirs, true, &err));
	ck_assert_msg(strstr(err.text, "rule 1: ") != NULL, "%s", err.text);
	remove_file(path);
}
END_TEST

static const struct {
	const char *relay, *provider;
} relays[] = {
	{ "gmail-smtp-in.l.google.com", "Google" },
	{ "google.com", "Google" },
	{ "notgoogle.com", "" },
	{ "google.com.example.net", "" },
	{ "[192.0.2.1]", "" },
	{ "", "" },
	{ "example-org.mail.protection.outlook.com", "Microsoft" },
	{ "inbound-smtp.eu-west-1.amazonaws.com", "Amazon SES" },
	{ "ec2-192-0-2-1.compute-1.amazonaws.com", "" },
};

START_TEST(relay_of_a_provider)
{
	struct packs *packs = load(NULL);
	struct slice got = provider_of(packs->providers, slice_of(relays[_i].relay));

	ck_assert_msg(slice_eq(got, slice_of(relays[_i].provider)), "%s: %.*s", relays[_i].relay, SLICE_ARG(got));
	packs_free(packs);
}
END_TEST

/* What is kept from event to event changes nothing, even when there is too much. */
START_TEST(classified_once)
{
	struct packs *packs = load(NULL);
	struct classifier classifier;

	classifier_init(&classifier, packs);
	for (int i = 0; i < 3 * CLASSIFIED_MAX; i++) {
		char relay[64], reason[64];
		struct event event = { .outcome = OUTCOME_PERMANENT, .code = 550, .kind = KIND_DELIVERY };

		snprintf(relay, sizeof relay, "mx%d.google.com", i / 2);
		snprintf(reason, sizeof reason, "User unknown, says %d", i / 2);
		event.relay = slice_of(relay);
		event.reason = slice_of(reason);
		classify(&classifier, &event);
		ck_assert(slice_eq(event.provider, SLICE("Google")));
		ck_assert_int_eq(event.reason_class, REASON_CLASS_UNKNOWN_USER);
		event.outcome = OUTCOME_OK;
		classify(&classifier, &event);
		ck_assert_int_eq(event.reason_class, REASON_CLASS_NONE);
	}
	classifier_release(&classifier);
	packs_free(packs);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof *(table))

Suite *make_suite(void)
{
	Suite *suite = suite_create("reasons");
	TCase *words = tcase_create("wording"), *files = tcase_create("files"), *own = tcase_create("own");

	tcase_add_loop_test(words, phrase, 0, ROWS(phrases));
	tcase_add_loop_test(words, bad_phrase, 0, ROWS(bad_phrases));
	tcase_add_loop_test(files, bad_rule, 0, ROWS(bad_rules));
	tcase_add_loop_test(files, bad_provider, 0, ROWS(bad_providers));
	tcase_add_test(own, refusals_in_their_classes);
	tcase_add_test(own, user_comes_first);
	tcase_add_test(own, failing_sample_of_a_user);
	tcase_add_loop_test(own, relay_of_a_provider, 0, ROWS(relays));
	tcase_add_test(own, classified_once);
	suite_add_tcase(suite, words);
	suite_add_tcase(suite, files);
	suite_add_tcase(suite, own);
	return suite;
}
