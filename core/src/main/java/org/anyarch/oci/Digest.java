package org.anyarch.oci;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The content address of a blob. Only `sha256` and `sha512` exist here, since a digest is there to
/// be verified; `hex` has exactly the algorithm's length in lower case, so both are safe as file
/// names.
public record Digest(String algorithm, String hex) {
  /// @throws IllegalArgumentException if the algorithm is not known or `hex` does not fit it
  public Digest {
    int length =
        switch (algorithm) {
          case "sha256" -> 64;
          case "sha512" -> 128;
          default -> throw new IllegalArgumentException("no digest algorithm " + algorithm);
        };
    if (hex.length() != length || !hex.chars().allMatch(Digest::isLowerHex)) {
      throw new IllegalArgumentException(
          "a " + algorithm + " digest has " + length + " lower-case hexadecimal digits");
    }
  }

  /// Reads `sha256:…` or `sha512:…`.
  public static Digest parse(String text) throws OciException {
    int colon = text.indexOf(':');
    if (colon > 0) {
      try {
        return new Digest(text.substring(0, colon), text.substring(colon + 1));
      } catch (IllegalArgumentException e) {
        throw new OciException(
            Quoted.name(text) + " is no usable digest: " + e.getMessage() + ".", e);
      }
    }
    throw new OciException(
        Quoted.name(text)
            + " is no digest: write it as sha256: followed by 64 hexadecimal digits.");
  }

  /// The digest of `content` itself.
  public static Digest ofSha256(byte[] content) {
    return of("sha256", sha256().digest(content));
  }

  /// Of a file's content.
  public static Digest ofSha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return of("sha256", digest.digest());
  }

  public static MessageDigest sha256() {
    return messageDigest("sha256");
  }

  /// A fresh computation of this digest's algorithm.
  public MessageDigest computation() {
    return messageDigest(algorithm);
  }

  /// The digest whose bytes are these.
  ///
  /// @throws IllegalArgumentException as the constructor does
  public static Digest of(String algorithm, byte[] value) {
    return new Digest(algorithm, HexFormat.of().formatHex(value));
  }

  /// Where a blob of this digest lies below a layout's root.
  Path path() {
    return Path.of("blobs", algorithm, hex);
  }

  private static MessageDigest messageDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm.equals("sha512") ? "SHA-512" : "SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256 and SHA-512", e);
    }
  }

  private static boolean isLowerHex(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
