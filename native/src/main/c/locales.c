#include "locales.h"

#include <stddef.h>

/* Where `text` goes on behind `with`, or null. */
static const char *behind(const char *text, const char *with)
{
	while (*with && *text == *with)
		text++, with++;
	return *with ? NULL : text;
}

static int is(const char *text, const char *other)
{
	const char *rest = behind(text, other);

	return rest && !*rest;
}

static int is_utf8(const char *charset)
{
	return is(charset, "UTF-8") || is(charset, "utf8") || is(charset, "UTF8") || is(charset, "utf-8");
}

static enum locale_kind kind(const char *name)
{
	/* No table of them: the dispatcher has no relocations. */
	const char *charset = behind(name, "C.");

	if (!*name || is(name, "C") || is(name, "POSIX"))
		return LOCALE_C;
	if (!charset)
		charset = behind(name, "en_US.");
	if (!charset)
		charset = behind(name, "en.");
	return charset && is_utf8(charset) ? LOCALE_UTF8 : LOCALE_OTHER;
}

/* Of LANGUAGE, where languages stand behind each other: if one has no translation, the next counts. */
static enum locale_kind kind_of_languages(const char *names)
{
	while (*names) {
		const char *rest = behind(names, "en_US");

		if (!rest)
			rest = behind(names, "en");
		if (!rest)
			rest = behind(names, "C");
		if (!rest || (*rest && *rest != ':'))
			return LOCALE_OTHER;
		names = rest + (*rest == ':');
	}
	return LOCALE_C;
}

static void worse(enum locale_kind *kind, const char **name, enum locale_kind other, const char *variable)
{
	if (other > *kind) {
		*kind = other;
		*name = variable;
	}
}

void see_locale(struct locales *locales, const char *variable)
{
	const char *value = variable;

	while (*value && *value++ != '=')
		;
	if (behind(variable, "LC_ALL=")) {
		locales->overridden = *value != '\0';
		worse(&locales->all, &locales->all_name, kind(value), variable);
	} else if (behind(variable, "LC_") || behind(variable, "LANG=")) {
		worse(&locales->some, &locales->some_name, kind(value), variable);
	} else if (behind(variable, "LANGUAGE=")) {
		worse(&locales->language, &locales->language_name, kind_of_languages(value), variable);
	} else if (behind(variable, "OUTPUT_CHARSET=") && *value) {
		worse(&locales->language, &locales->language_name, LOCALE_OTHER, variable);
	}
}

enum locale_kind kind_of(const struct locales *locales, const char **variable)
{
	enum locale_kind kind = locales->overridden ? locales->all : locales->some;

	*variable = locales->overridden ? locales->all_name : locales->some_name;
	/* In C nothing is translated. */
	if (kind != LOCALE_C)
		worse(&kind, variable, locales->language, locales->language_name);
	return kind;
}
