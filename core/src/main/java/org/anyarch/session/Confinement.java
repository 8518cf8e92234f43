package org.anyarch.session;

import java.util.List;
import java.util.Locale;

/// What a container may not do or see.
///
/// @param insecure whether it has every capability of the session, no filter of system calls and
///   nothing masked
/// @param network which network it sees
/// @param shmBytes size of /dev/shm
/// @param limits resource limits beside those it inherits
public record Confinement(boolean insecure, Network network, long shmBytes, List<Limit> limits) {
  /// What container engines do by default, on the host's network.
  public static final Confinement DEFAULT =
      new Confinement(false, Network.HOST, 64L << 20, List.of());

  /// Networks of containers.
  public enum Network {
    /// The host's.
    HOST,
    /// A loopback device and nothing else.
    NONE,
    /// One of its own with a way out.
    PRIVATE
  }

  /// A resource limit (getrlimit(2)).
  ///
  /// @param name as the kernel's headers have it, for instance RLIMIT_NOFILE
  /// @param soft -1 for no limit
  /// @param hard -1 for no limit
  public record Limit(String name, long soft, long hard) {
    /// @param name as engines have it, for instance nofile
    public static Limit of(String name, long soft, long hard) {
      return new Limit("RLIMIT_" + name.toUpperCase(Locale.ROOT), soft, hard);
    }
  }

  public Confinement {
    limits = List.copyOf(limits);
  }
}
