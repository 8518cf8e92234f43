package org.anyarch.cli;

import java.io.IOException;
import org.anyarch.build.solve.Store;
import org.jspecify.annotations.Nullable;

/// The store, opened when it is first needed: a process can hold its locks only once.
final class LazyStore implements AutoCloseable {
  private final Context context;
  private @Nullable Store store;

  LazyStore(Context context) {
    this.context = context;
  }

  Store get() throws IOException, CommandException {
    if (store == null) {
      store = Store.open(context.madeHome());
    }
    return store;
  }

  @Override
  public void close() throws IOException {
    if (store != null) {
      store.close();
    }
  }
}
