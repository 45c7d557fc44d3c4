// The Centrifuge library as a server that only tells: who connects is in the room, each line that
// comes in on the other port is told to it. Says both ports on one line when it is ready.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"net"
	"net/http"

	"github.com/centrifugal/centrifuge"
)

func main() {
	node, err := centrifuge.New(centrifuge.DefaultConfig)
	if err != nil {
		log.Fatal(err)
	}
	node.OnConnecting(func(context.Context, centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		return centrifuge.ConnectReply{
			Credentials:   &centrifuge.Credentials{},
			Subscriptions: map[string]centrifuge.SubscribeOptions{"show": {}},
		}, nil
	})
	if err := node.Run(); err != nil {
		log.Fatal(err)
	}
	door, lines := listen(), listen()
	go http.Serve(door, centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{}))
	fmt.Printf("%d %d\n", portOf(door), portOf(lines))
	for {
		conn, err := lines.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go tell(node, conn)
	}
}

func tell(node *centrifuge.Node, conn net.Conn) {
	scanner := bufio.NewScanner(conn)
	for scanner.Scan() {
		text := append([]byte(nil), scanner.Bytes()...)
		if _, err := node.Publish("show", text); err != nil {
			log.Fatal(err)
		}
	}
}

func listen() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	return listener
}

func portOf(listener net.Listener) int {
	return listener.Addr().(*net.TCPAddr).Port
}
