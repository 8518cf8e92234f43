package org.anyarch.registry;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.oci.Index;
import org.anyarch.oci.MediaType;
import org.anyarch.oci.OciException;
import org.anyarch.registry.RegistryException.Reason;

/// What a repository has that names a manifest as its subject, such as signatures and SBOMs.
final class Referrers {
  /// A registry that always names another page would never end.
  private static final int MOST_PAGES = 100;

  private static final Pattern NEXT =
      Pattern.compile("\\s*<([^>]{1,4096})>\\s*;(?:.*;)?\\s*rel=\"?next\"?\\s*(?:;.*)?");

  private record Page(List<Descriptor> entries, Optional<URI> next) {}

  private final Requests requests;
  private final Errand errand;
  private final RegistryReference repository;
  private final int attempts;

  Referrers(Requests requests, Errand errand, RegistryReference repository, int attempts) {
    this.requests = requests;
    this.errand = errand;
    this.repository = repository;
    this.attempts = attempts;
  }

  List<Descriptor> of(Digest subject) throws RegistryException, InterruptedException {
    List<Descriptor> all = new ArrayList<>();
    Optional<Page> page =
        page(
            () ->
                requests.uri(
                    errand.endpoint(), errand.endpoint().repository() + "/referrers/" + subject));
    if (page.isEmpty()) {
      return tagged(subject);
    }
    for (int pages = 1; page.isPresent(); pages++) {
      all.addAll(page.get().entries());
      Optional<URI> next = page.get().next();
      if (pages == MOST_PAGES && next.isPresent()) {
        throw errand.failed(
            Reason.REFUSED, "the registry has more than " + MOST_PAGES + " pages of them.");
      }
      page = next.isPresent() ? page(next::get) : Optional.empty();
    }
    return List.copyOf(all);
  }

  private interface Where {
    URI uri() throws IOException, InterruptedException;
  }

  /// Nothing if the registry does not know of referrers.
  private Optional<Page> page(Where where) throws RegistryException, InterruptedException {
    return requests.ask(
        errand,
        attempts,
        () -> Ask.of("GET", where.uri()).with("Accept", MediaType.INDEX),
        answer -> {
          if (answer.status() == 404) {
            return Optional.empty();
          }
          if (answer.status() != 200) {
            throw requests.refused(errand, answer);
          }
          byte[] bytes = answer.body().readNBytes(Manifests.LARGEST + 1);
          Matcher link = NEXT.matcher(answer.header("Link"));
          Optional<URI> next =
              link.matches()
                  ? Optional.of(Redirects.next(errand, answer.from(), link.group(1)))
                  : Optional.empty();
          return Optional.of(new Page(entries(bytes), next));
        });
  }

  /// What clients keep under a tag where registries do not list it.
  private List<Descriptor> tagged(Digest subject) throws RegistryException, InterruptedException {
    RegistryReference tag = repository.withTag(subject.algorithm() + "-" + subject.hex());
    try {
      return entries(new Manifests(requests, errand, tag, attempts).get().bytes());
    } catch (RegistryException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return List.of();
      }
      throw e;
    }
  }

  private List<Descriptor> entries(byte[] bytes) throws RegistryException {
    try {
      return Index.parse(bytes).manifests();
    } catch (OciException e) {
      throw errand.failed(Reason.WRONG_CONTENT, String.valueOf(e.getMessage()), e);
    }
  }
}
