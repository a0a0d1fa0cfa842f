package fcvm.fuse;

import fcvm.linux.IoVector;

/// Memory that one thread needs to serve requests: one at a time.
final class Exchange {
  /// IOV_MAX of the kernel.
  static final int MAX_PIECES = 1024;

  final Request request = new Request();
  final Reply reply = new Reply();
  final IoVector vector = new IoVector(MAX_PIECES);
}
