package org.anyarch.registry;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLException;
import org.anyarch.kernel.Failures;
import org.anyarch.registry.RegistryException.Reason;
import org.jspecify.annotations.Nullable;

/// What is being done, and its failures in words.
///
/// @param action as it follows "cannot"
/// @param endpoint who is asked
/// @param standsIn whether the endpoint is a mirror of another
/// @param scopes what a token has to permit
record Errand(String action, Endpoint endpoint, boolean standsIn, Set<String> scopes) {
  Errand {
    scopes = Set.copyOf(new TreeSet<>(scopes));
  }

  static String pull(String repository) {
    return "repository:" + repository + ":pull";
  }

  static String push(String repository) {
    return "repository:" + repository + ":pull,push";
  }

  RegistryException failed(Reason reason, String why, @Nullable Throwable cause) {
    String who = standsIn ? " from its mirror " + endpoint.name() : "";
    return new RegistryException(reason, "cannot " + action + who + ": " + why, cause);
  }

  RegistryException failed(Reason reason, String why) {
    return failed(reason, why, null);
  }

  /// An answer that is none to what was asked.
  ///
  /// @param credentials what is known of them, a sentence
  RegistryException refused(Answer answer, String credentials) {
    String said = who() + " answers " + answer.complaint();
    return switch (answer.status()) {
      case 401, 403 ->
          failed(
              Reason.UNAUTHORIZED,
              said
                  + ". "
                  + credentials
                  + " Many registries answer so too where there is no such repository.");
      case 404 ->
          failed(
              Reason.NOT_FOUND,
              said + ". Look whether registry, repository and tag are spelled right.");
      default ->
          failed(
              Reason.REFUSED,
              said
                  + ". If it is a registry, it knows less than the OCI distribution specification.");
    };
  }

  /// What still fails after several attempts, or would always fail.
  RegistryException broken(IOException failure, int attempts) {
    if (failure instanceof RegistryException told) {
      return told;
    }
    String tried = attempts > 1 ? " (" + attempts + " attempts)" : "";
    if (failure instanceof PassingException passing) {
      String wish =
          passing.headers().firstValue("Retry-After").map(t -> " after " + t).orElse(" later");
      boolean tooMany = passing.status() == 429;
      return failed(
          tooMany ? Reason.TOO_MANY_REQUESTS : Reason.UNREACHABLE,
          passing.getMessage()
              + tried
              + ". Try again"
              + wish
              + (tooMany
                  ? ", log in (podman login "
                      + endpoint.host()
                      + "), which often permits more, or name a mirror in registries.conf."
                  : "."),
          failure);
    }
    if (isDistrust(failure)) {
      return failed(Reason.UNTRUSTED, words(failure) + ". " + trust(failure), failure);
    }
    return failed(
        Reason.UNREACHABLE,
        words(failure)
            + tried
            + ". Look whether "
            + endpoint.host()
            + " is right and can be reached from here; https_proxy and no_proxy count.",
        failure);
  }

  private String trust(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isPlain(cause)) {
        return "If it may go without, say insecure = true of it in registries.conf.";
      }
    }
    return "If that is right, put the certificate of its authority into /etc/containers/certs.d/"
        + endpoint.host()
        + "/ca.crt, or the same below ~/.config.";
  }

  private String who() {
    return "the registry " + endpoint.authority();
  }

  /// Whether the other side was reached and is not who it should be: that does not pass.
  static boolean isDistrust(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException
          || cause instanceof CertPathValidatorException
          || cause instanceof CertPathBuilderException) {
        return true;
      }
      String message = String.valueOf(cause.getMessage());
      // Alerts, and what speaks plain HTTP; what breaks off is an SSLException too.
      if (cause instanceof SSLException && (message.contains("alert") || isPlain(cause))) {
        return true;
      }
    }
    return false;
  }

  /// Whether the name of the other side stands for no address, which seldom passes.
  static boolean isUnknown(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }

  /// Java's words for an answer that is no TLS; it has no type for it.
  private static boolean isPlain(Throwable cause) {
    return cause instanceof SSLException
        && String.valueOf(cause.getMessage()).contains("plaintext connection");
  }

  private String words(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isPlain(cause)) {
        return who() + " speaks no TLS";
      }
      if (cause instanceof UnresolvedAddressException) {
        return "the name of " + who() + " cannot be resolved";
      }
      if (cause instanceof CertPathBuilderException
          || cause instanceof CertPathValidatorException) {
        return "the certificate of " + who() + " is not trusted: " + cause.getMessage();
      }
    }
    if (failure instanceof ConnectException) {
      String message = failure.getMessage();
      return "no connection to " + who() + (message == null ? "" : ": " + message);
    }
    return "the connection to " + who() + " failed: " + Failures.describe(failure);
  }
}
