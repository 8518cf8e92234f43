/*
 * In which locales a native twin does what its program does. What a locale says is read from the program's own root,
 * but its character set, and that of a catalogue of translations, may need a module of the C library for conversions,
 * which the root has for the guest only. So it is those that need none: C, and English and C in UTF-8, for which there
 * are no catalogues or none in another character set.
 */
#ifndef LOCALES_H
#define LOCALES_H

/* The later, the fewer twins can read it. */
enum locale_kind { LOCALE_C, LOCALE_UTF8, LOCALE_OTHER };

/* What the variables of an environment name. All zeros before the first. */
struct locales {
	enum locale_kind all, some, language;
	const char *all_name, *some_name, *language_name; /* the variables that say so; null for C */
	int overridden; /* LC_ALL says something */
};

/* To be called with each variable, as `NAME=value`. */
void see_locale(struct locales *locales, const char *variable);

/* What they come to, and which variable says so: null for C. */
enum locale_kind kind_of(const struct locales *locales, const char **variable);

#endif
