package org.anyarch.cli;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.anyarch.session.Resources;

/// The options for containers that control groups keep.
final class ResourceOptions {
  private static final Option MEMORY =
      Option.of("memory", "SIZE", "the memory of each container").letter('m');
  private static final Option MEMORY_SWAP =
      Option.of("memory-swap", "SIZE", "memory and swap of each container together; -1 for any");
  private static final Option CPUS =
      Option.of("cpus", "COUNT", "how many CPUs a container may use, for instance 1.5");
  private static final Option CPU_QUOTA =
      Option.of("cpu-quota", "MICROSECONDS", "the CPU time of a container in every period");
  private static final Option CPU_PERIOD =
      Option.of("cpu-period", "MICROSECONDS", "that period; default 100000");
  private static final Option CPU_SHARES =
      Option.of("cpu-shares", "WEIGHT", "a container's share of busy CPUs; 1024 is an equal one")
          .letter('c');
  private static final Option CPUSET_CPUS =
      Option.of("cpuset-cpus", "LIST", "the CPUs of containers, for instance 0-2,5");
  private static final Option CPUSET_MEMS =
      Option.of("cpuset-mems", "LIST", "the memory nodes of containers");

  static final List<Option> ALL =
      List.of(
          MEMORY, MEMORY_SWAP, CPUS, CPU_QUOTA, CPU_PERIOD, CPU_SHARES, CPUSET_CPUS, CPUSET_MEMS);

  private ResourceOptions() {}

  static Resources of(Arguments arguments) throws UsageException {
    long memory = Amounts.sizeOf(arguments, MEMORY);
    long swap =
        arguments.value(MEMORY_SWAP).orElse("").equals("-1")
            ? -1
            : Amounts.sizeOf(arguments, MEMORY_SWAP);
    if (swap != 0 && memory == 0) {
      throw new UsageException("--memory-swap goes with --memory, of which it is the larger");
    }
    if (swap > 0 && swap < memory) {
      throw new UsageException("--memory-swap is memory and swap together, and less than --memory");
    }
    long quota = number(arguments, CPU_QUOTA, 1000);
    Optional<String> cpus = arguments.value(CPUS);
    if (cpus.isPresent()) {
      if (quota > 0 || arguments.value(CPU_PERIOD).isPresent()) {
        throw new UsageException("--cpus says what --cpu-quota and --cpu-period say; give one");
      }
      if (!cpus.get().matches("\\d{1,5}([.]\\d{1,9})?")
          || new BigDecimal(cpus.get()).signum() == 0) {
        throw new UsageException("--cpus " + cpus.get() + " is no number such as 1.5");
      }
      quota = Math.max(1000, new BigDecimal(cpus.get()).scaleByPowerOfTen(5).longValue());
    }
    long period = number(arguments, CPU_PERIOD, 1000);
    if (period > 0 && quota == 0) {
      throw new UsageException("--cpu-period goes with --cpu-quota, which is a part of it");
    }
    return new Resources(
        memory,
        swap,
        quota,
        period,
        number(arguments, CPU_SHARES, 2),
        list(arguments, CPUSET_CPUS),
        list(arguments, CPUSET_MEMS));
  }

  private static long number(Arguments arguments, Option option, long least) throws UsageException {
    Optional<String> text = arguments.value(option);
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.get().matches("\\d{1,12}") || Long.parseLong(text.get()) < least) {
      throw new UsageException(
          "--" + option.name() + " " + text.get() + " is no number from " + least + " up");
    }
    return Long.parseLong(text.get());
  }

  private static String list(Arguments arguments, Option option) throws UsageException {
    String text = arguments.value(option).orElse("");
    if (!text.matches("(\\d{1,5}(-\\d{1,5})?(,\\d{1,5}(-\\d{1,5})?)*)?")) {
      throw new UsageException("--" + option.name() + " " + text + " is no list such as 0-2,5");
    }
    return text;
  }
}
