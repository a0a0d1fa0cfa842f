package fcvm.container;

import java.io.InputStream;
import java.io.OutputStream;

/// Where a container's streams go on this computer.
///
/// @param in read only if the container is interactive
/// @param out the container's standard output, byte for byte
/// @param err the container's standard error
/// @param console takes a copy of what the guest's serial console says
/// @param attached told when all that is typed from now on is for the container: before, Ctrl-C is
///   for us
public record RunStreams(
    InputStream in, OutputStream out, OutputStream err, OutputStream console, Runnable attached) {}
