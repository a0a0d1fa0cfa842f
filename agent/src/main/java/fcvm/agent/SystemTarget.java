package fcvm.agent;

import fcvm.agent.protocol.ExecRequest;
import fcvm.linux.Children;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Commands in the guest's own system, with the environment of a root login.
public final class SystemTarget implements Targets {
  static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final byte[] ROOT = {'/'};

  private final List<byte[]> environment;

  /// @param more entries `NAME=value` that commands get besides PATH, HOME, USER, LANG and, on a
  ///   terminal, TERM
  public SystemTarget(List<byte[]> more) {
    Environment entries = new Environment();
    entries.put(PATH).put("HOME=/root").put("USER=root").put("LANG=C.UTF-8");
    more.forEach(entries::put);
    this.environment = entries.entries();
  }

  @Override
  public Command command(ExecRequest request) throws CommandException {
    if (request.target() != ExecRequest.Target.SYSTEM) {
      throw new CommandException(CommandException.FAILED, "there is no container here");
    }
    return new Command(
        argv(request),
        environment(request),
        request.workingDirectory().length == 0 ? ROOT : request.workingDirectory(),
        request.interactive(),
        request.tty(),
        request.size(),
        new Group());
  }

  /// What a program of the system gets that is not a request's.
  List<byte[]> environment() {
    return environment;
  }

  private List<byte[]> environment(ExecRequest request) {
    Environment entries = new Environment().putAll(environment);
    if (request.tty()) {
      entries.put("TERM=xterm");
    }
    return entries.putAll(request.environment()).entries();
  }

  // setpriv becomes the user and then the program; its own exit codes are 126 and 127 too.
  private static List<byte[]> argv(ExecRequest request) throws CommandException {
    if (request.user().isEmpty()) {
      return request.argv();
    }
    List<byte[]> argv = new ArrayList<>();
    for (String argument : UserArguments.setpriv(request.user())) {
      argv.add(argument.getBytes(StandardCharsets.UTF_8));
    }
    argv.addAll(request.argv());
    return argv;
  }

  /// A command that is its own process group: signals go to all of it.
  static final class Group implements Command.Kind {
    @Override
    public void signal(Child child, Streams streams, int number) {
      int foreground = streams.foregroundGroup();
      if (foreground > 0 && foreground != child.pid()) {
        child.signalGroup(foreground, number);
      } else {
        child.signalGroup(number);
      }
    }

    @Override
    public void kill(Child child, Streams streams) {
      int foreground = streams.foregroundGroup();
      if (foreground > 0) {
        child.signalGroup(foreground, Children.SIGKILL);
      }
      child.signalGroup(Children.SIGKILL);
    }

    @Override
    public int outcome(int code) {
      return code;
    }
  }
}
