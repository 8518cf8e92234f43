package org.anyarch.host.emit;

import java.util.List;

/// One kind of lasting set-up.
public interface Emitter {
  /// What `anyarch host emit` calls it.
  String name();

  /// What it is for, in half a sentence.
  String summary();

  /// Its files. Equal requests give equal text.
  ///
  /// @param request a checked one, as [Emitters#emit] makes sure
  /// @throws EmitException if this kind needs something that the request does not say
  List<Emission> emit(EmitRequest request) throws EmitException;
}
