package fcvm.agent;

import fcvm.agent.protocol.ExecRequest;

/// What a request becomes: a command in the system, or one in the container.
@FunctionalInterface
public interface Targets {
  /// @throws CommandException if there is nothing like that here
  Command command(ExecRequest request) throws CommandException;
}
