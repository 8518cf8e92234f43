package org.anyarch.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.anyarch.build.Progress;
import org.anyarch.build.RegistryImages;
import org.anyarch.build.solve.Store;
import org.anyarch.registry.RegistrySettings;

/// The options that say how images come from registries.
final class RegistryOptions {
  private static final Option PULL =
      Option.optional(
          "pull",
          "POLICY",
          "when a registry is asked for the image of a tag: newer (default: else what is kept serves),"
              + " always (also --pull alone), never");
  private static final Option AUTHFILE =
      Option.of(
          "authfile",
          "FILE",
          "credentials for registries; default those of podman, buildah, skopeo and docker");
  private static final Option TLS_VERIFY =
      Option.optional(
          "tls-verify", "BOOL", "false: do not verify the certificates of registries, allow HTTP");

  static final List<Option> ALL = List.of(PULL, AUTHFILE, TLS_VERIFY);

  private RegistryOptions() {}

  static RegistryImages of(Arguments arguments, Context context, Store store, Progress progress)
      throws UsageException {
    return new RegistryImages(store, settings(arguments, context), policy(arguments), progress);
  }

  /// What is wrong with them is said before anything else is done.
  static void check(Arguments arguments, Context context) throws UsageException {
    settings(arguments, context);
    policy(arguments);
  }

  private static RegistryImages.Policy policy(Arguments arguments) throws UsageException {
    if (!arguments.has(PULL)) {
      return RegistryImages.Policy.NEWER;
    }
    String policy = arguments.value(PULL).orElse("");
    return switch (policy) {
      case "", "always", "true" -> RegistryImages.Policy.ALWAYS;
      case "newer", "missing", "false" -> RegistryImages.Policy.NEWER;
      case "never" -> RegistryImages.Policy.NEVER;
      default -> throw new UsageException("--pull=" + policy + ": say newer, always or never");
    };
  }

  private static RegistrySettings settings(Arguments arguments, Context context)
      throws UsageException {
    RegistrySettings settings = RegistrySettings.of(context.environment());
    if (arguments.has(AUTHFILE)) {
      Path file = context.workingFolder().resolve(arguments.value(AUTHFILE).orElse(""));
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new UsageException("--authfile " + file + ": there is no such file to read");
      }
      settings = settings.withAuthFile(file);
    }
    String verify = arguments.value(TLS_VERIFY).orElse("true");
    return switch (verify) {
      case "", "true" -> settings;
      case "false" -> settings.withoutTlsVerify();
      default -> throw new UsageException("--tls-verify=" + verify + ": say true or false");
    };
  }
}
