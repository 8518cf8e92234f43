/// The page that `build --report` writes: what the steps of a build took, and why.
@org.jspecify.annotations.NullMarked
package org.anyarch.cli.report;
