/// How a build's progress is shown: on a terminal, as lines, as JSON.
@org.jspecify.annotations.NullMarked
package org.anyarch.cli.progress;
