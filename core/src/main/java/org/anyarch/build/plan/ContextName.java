package org.anyarch.build.plan;

/// Under which name a named context is looked for: `docker.io/library/alpine:latest` is `alpine`.
public final class ContextName {
  private ContextName() {}

  public static String of(String written) {
    String name = written;
    for (String registry : new String[] {"docker.io/", "index.docker.io/", "library/"}) {
      boolean isPart = !registry.equals("library/") || !name.equals(written);
      if (isPart && name.startsWith(registry)) {
        name = name.substring(registry.length());
      }
    }
    return name.endsWith(":latest") ? name.substring(0, name.length() - ":latest".length()) : name;
  }
}
