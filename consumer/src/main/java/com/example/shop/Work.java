package com.example.shop;

/**
 * What goes on inside of a locked method. Tests put in what they like.
 */
@FunctionalInterface
public interface Work {

	Work NONE = () -> {
	};

	void run() throws InterruptedException;

}
