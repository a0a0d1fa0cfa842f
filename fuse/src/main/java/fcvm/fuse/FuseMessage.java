package fcvm.fuse;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// A request and the room for its answer, both in native memory and in any number of pieces.
public interface FuseMessage {
  /// `struct fuse_in_header` and what follows. Whoever sent it may change it at any time.
  List<MemorySegment> request();

  /// Where `struct fuse_out_header` and what follows go.
  List<MemorySegment> reply();

  /// The server is about to wait for the host's disk: others should be served meanwhile. Called by
  /// the thread that serves the request, perhaps more than once.
  void aboutToWait();

  /// The server is done with both. Called once, on any thread.
  ///
  /// @param written bytes of the reply; 0 if there is none
  void done(long written);
}
