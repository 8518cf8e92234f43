package org.anyarch.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What control groups allow a container, in the words of Linux' first version of them. 0 or an
/// empty text is no limit.
///
/// @param memory bytes
/// @param memorySwap bytes of memory and swap together; -1 for as much swap as there is
/// @param cpuQuota microseconds of every period
/// @param cpuPeriod microseconds; 100000 if there is none
/// @param cpuShares a weight, 1024 for an equal one
/// @param cpus CPUs as in `0-2,5`
/// @param memoryNodes memory nodes in the same words
public record Resources(
    long memory,
    long memorySwap,
    long cpuQuota,
    long cpuPeriod,
    long cpuShares,
    String cpus,
    String memoryNodes) {
  /// All there is.
  public static final Resources UNLIMITED = new Resources(0, 0, 0, 0, 0, "", "");

  private static final long USUAL_PERIOD = 100_000;

  public boolean isUnlimited() {
    return equals(UNLIMITED);
  }

  private long period() {
    return cpuPeriod == 0 ? USUAL_PERIOD : cpuPeriod;
  }

  /// The shares in the words of version 2: 2, 1024 and 262144 there, the least, an equal one and
  /// the most, are 1, 100 and 10000 here. Runtimes reckon in the same way since 2025; before, 1024
  /// became 39, less than a group has that nothing is said of.
  private long weight() {
    double power = Math.log(Math.clamp(cpuShares, 2, 262_144)) / Math.log(2);
    double exponent = (power * power + 125 * power) / 612 - 7.0 / 34;
    return Math.clamp(Math.round(Math.pow(10, exponent)), 1, 10_000);
  }

  /// What to write into which file of a group, by controller, in this order
  /// (Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst).
  ///
  /// @param unified whether the group is of version 2
  Map<String, List<Setting>> settings(boolean unified) {
    Map<String, List<Setting>> settings = new LinkedHashMap<>();
    if (memory > 0) {
      put(settings, "memory", unified ? "memory.max" : "memory.limit_in_bytes", memory);
    }
    if (memorySwap != 0 && unified) {
      // There it is swap alone.
      String swap = memorySwap < 0 ? "max" : String.valueOf(memorySwap - memory);
      put(settings, "memory", "memory.swap.max", swap);
    } else if (memorySwap != 0) {
      put(settings, "memory", "memory.memsw.limit_in_bytes", memorySwap);
    }
    if (cpuQuota > 0 && unified) {
      put(settings, "cpu", "cpu.max", cpuQuota + " " + period());
    } else if (cpuQuota > 0) {
      put(settings, "cpu", "cpu.cfs_period_us", period());
      put(settings, "cpu", "cpu.cfs_quota_us", cpuQuota);
    }
    if (cpuShares > 0) {
      put(settings, "cpu", unified ? "cpu.weight" : "cpu.shares", unified ? weight() : cpuShares);
    }
    if (!cpus.isEmpty()) {
      put(settings, "cpuset", "cpuset.cpus", cpus);
    }
    if (!memoryNodes.isEmpty()) {
      put(settings, "cpuset", "cpuset.mems", memoryNodes);
    }
    return settings;
  }

  /// A file's name and its content.
  record Setting(String file, String value) {}

  private static void put(
      Map<String, List<Setting>> settings, String controller, String file, Object value) {
    settings
        .computeIfAbsent(controller, _ -> new ArrayList<>())
        .add(new Setting(file, String.valueOf(value)));
  }

  /// The same for a whole program, in the words of systemd.resource-control(5).
  String systemdRun() {
    List<String> words = new ArrayList<>();
    if (memory > 0) {
      words.add("-p MemoryMax=" + memory);
    }
    if (memorySwap > 0) {
      words.add("-p MemorySwapMax=" + (memorySwap - memory));
    }
    if (cpuQuota > 0) {
      words.add("-p CPUQuota=" + Math.max(1, cpuQuota * 100 / period()) + "%");
    }
    if (cpuShares > 0) {
      words.add("-p CPUWeight=" + weight());
    }
    if (!cpus.isEmpty()) {
      words.add("-p AllowedCPUs=" + cpus);
    }
    if (!memoryNodes.isEmpty()) {
      words.add("-p AllowedMemoryNodes=" + memoryNodes);
    }
    return "systemd-run --user --scope " + String.join(" ", words) + " -- anyarch …";
  }
}
