package fcvm.agent;

import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameReader;
import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.FrameWriter;
import fcvm.agent.protocol.ProtocolException;
import fcvm.agent.protocol.ProtocolException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Serves commands to a host, each over a connection of its own. Any number of threads.
public final class ExecService {
  private final Reaper reaper;
  private final Targets targets;

  /// @param targets what a request becomes
  public ExecService(Reaper reaper, Targets targets) {
    this.reaper = reaper;
    this.targets = targets;
  }

  /// Serves one command on the calling thread, which blocks: a platform thread. Returns when the
  /// host has said BYE or hung up, and the command has ended; one that still runs then is killed.
  ///
  /// @param input frames from the host; its end means that the host has hung up
  /// @param output frames to the host
  /// @throws IOException if the host does not follow the protocol, or the connection broke
  public void serve(InputStream input, OutputStream output) throws IOException {
    FrameReader frames = new FrameReader(input);
    FrameWriter writer = new FrameWriter(output);
    Frame first = frames.read();
    if (first == null) {
      return;
    }
    if (first.type() != FrameType.EXEC) {
      throw new ProtocolException(Reason.UNEXPECTED, "the host began with " + first.type());
    }
    CommandRun run;
    try {
      ExecRequest request = ExecRequest.read(first, frames);
      run = CommandRun.start(targets.command(request), reaper, new Host(writer));
    } catch (CommandException e) {
      writer.write(Frame.error(e.code(), String.valueOf(e.getMessage())));
      awaitBye(frames);
      return;
    } catch (ProtocolException e) {
      writer.write(Frame.error(CommandException.FAILED, String.valueOf(e.getMessage())));
      throw e;
    }
    run.serve(frames);
  }

  // What was already under way, such as standard input, has nobody to go to.
  static void awaitBye(FrameReader frames) throws IOException {
    Frame frame;
    do {
      frame = frames.read();
    } while (frame != null && frame.type() != FrameType.BYE);
  }
}
