/* locales.c: which environments a twin may run in. */
#include "locales.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

/* Says which variable it should be, by its begin; null for none. */
static void check(enum locale_kind expected, const char *named, const char *const *variables)
{
	struct locales locales = { 0 };
	const char *variable = "unset";

	for (const char *const *at = variables; *at; at++)
		see_locale(&locales, *at);
	enum locale_kind found = kind_of(&locales, &variable);
	if (found != expected || !variable != !named || (named && strncmp(variable, named, strlen(named)))) {
		fprintf(stderr, "%d by %s instead of %d by %s:", found, variable ? variable : "none", expected,
			named ? named : "none");
		for (const char *const *at = variables; *at; at++)
			fprintf(stderr, " %s", *at);
		fprintf(stderr, "\n");
		failures++;
	}
}

#define CHECK(expected, named, ...) check(expected, named, (const char *const[]){ __VA_ARGS__, NULL })

int main(void)
{
	CHECK(LOCALE_C, NULL, "PATH=/bin");
	CHECK(LOCALE_C, NULL, "LANG=", "LC_ALL=");
	CHECK(LOCALE_C, NULL, "LANG=C", "LC_CTYPE=POSIX");
	CHECK(LOCALE_UTF8, "LANG=", "LANG=C.UTF-8");
	CHECK(LOCALE_UTF8, "LC_CTYPE=", "LC_CTYPE=en_US.utf8", "LANG=C");
	CHECK(LOCALE_OTHER, "LANG=", "LANG=de_DE.UTF-8");
	CHECK(LOCALE_OTHER, "LANG=", "LANG=de_DE");
	CHECK(LOCALE_OTHER, "LANG=", "LANG=en_US");
	CHECK(LOCALE_OTHER, "LANG=", "LANG=en_US.ISO-8859-1");
	CHECK(LOCALE_OTHER, "LANG=", "LANG=en_US.UTF-8@euro");
	CHECK(LOCALE_OTHER, "LANG=", "LANG=C.UTF-88");
	CHECK(LOCALE_OTHER, "LANG=", "LANG=/tmp/locale");
	CHECK(LOCALE_OTHER, "LC_TIME=", "LANG=C", "LC_TIME=sv_SE.UTF-8", "LC_CTYPE=C.UTF-8");
	/* LC_ALL is above all others, unless it says nothing. */
	CHECK(LOCALE_C, NULL, "LANG=de_DE", "LC_ALL=C", "LC_TIME=fr_FR");
	CHECK(LOCALE_UTF8, "LC_ALL=", "LC_ALL=C.UTF-8", "LANG=de_DE");
	CHECK(LOCALE_OTHER, "LC_ALL=", "LANG=C", "LC_ALL=ja_JP.UTF-8");
	CHECK(LOCALE_OTHER, "LANG=", "LANG=de_DE", "LC_ALL=");
	/* Languages, one of which may have a catalogue in another character set. */
	CHECK(LOCALE_UTF8, "LANG=", "LANG=C.UTF-8", "LANGUAGE=en_US:en:C");
	CHECK(LOCALE_OTHER, "LANGUAGE=", "LANG=C.UTF-8", "LANGUAGE=en:sv");
	CHECK(LOCALE_OTHER, "LANGUAGE=", "LANGUAGE=en_GB", "LANG=en_US.UTF-8");
	CHECK(LOCALE_C, NULL, "LANGUAGE=sv", "LANG=C");
	CHECK(LOCALE_OTHER, "OUTPUT_CHARSET=", "LANG=C.UTF-8", "OUTPUT_CHARSET=ISO-8859-1");
	CHECK(LOCALE_C, NULL, "OUTPUT_CHARSET=ISO-8859-1");
	/* Names that only begin so. */
	CHECK(LOCALE_C, NULL, "LANGUAGES=sv", "LANGX=de_DE", "MY_LC_ALL=de_DE");
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
