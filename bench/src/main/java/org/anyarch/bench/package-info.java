/// Benchmarks that start whole processes, a command and its peer in turn, and print the ratio of
/// the pairs: absolute times of a shared machine mean little, ratios of neighbours mean something.
@org.jspecify.annotations.NullMarked
package org.anyarch.bench;
