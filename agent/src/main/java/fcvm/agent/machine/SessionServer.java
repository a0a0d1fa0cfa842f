package fcvm.agent.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Serves one session of the exec protocol: a request, its streams, its exit code.
@FunctionalInterface
public interface SessionServer {
  /// Returns after the command has ended and everything was written, or when `input` has ended
  /// before, in which case it first ends the command.
  ///
  /// @param input frames from the host, after HELLO; its end means that the host is gone
  /// @param output frames to the host
  /// @throws IOException if the host is gone, or does not follow the protocol
  void serve(InputStream input, OutputStream output) throws IOException;
}
