/// What in a Containerfile works and yet is likely to be a mistake: rules by the names that
/// BuildKit has published, each with its places, a message and a remedy, and a page in docs/lint.
/// Looks at the text alone and starts nothing. Start with [Linter]; a new rule is a constant of
/// [Rule].
package org.anyarch.build.lint;
